package ceiling

import "math"

// A server is a station of a closed network: its rate in requests per
// millisecond with 1, 2, ... requests at it. The last rate holds for all more.
type server struct{ rates []float64 }

// shared returns a station at which a request alone takes light milliseconds
// and that serves at most most requests per millisecond. It reports false if
// up to n requests never wait for each other, so that it is a mere delay.
func shared(light, most float64, n int) (server, bool) {
	if light <= 0 || most*light >= float64(n) {
		return server{}, false
	}
	k := max(1, int(math.Ceil(most*light)))
	s := server{make([]float64, k)}
	for i := range s.rates {
		s.rates[i] = min(float64(i+1)/light, most)
	}
	return s, true
}

// throughputs returns the throughput, in requests per millisecond, of a closed
// network of a delay and load-dependent stations with 1 to n requests in it,
// by Buzen's convolution (Computational Algorithms for Closed Queueing Networks
// with Exponential Servers, CACM 16(9), 1973) in logarithms. It is infinite
// where a request takes no time.
func throughputs(delay float64, stations []server, n int) []float64 {
	g := make([]float64, n+1) // log of the normalising constant
	for i := 1; i <= n; i++ {
		g[i] = g[i-1] + math.Log(delay) - math.Log(float64(i))
	}
	for _, s := range stations {
		g = s.convolve(g)
	}
	x := make([]float64, n)
	for i := range x {
		x[i] = math.Inf(1)
		if !math.IsInf(g[i+1], -1) {
			x[i] = math.Exp(g[i] - g[i+1])
		}
	}
	return x
}

// convolve adds the station to a network whose constants are g.
func (s server) convolve(g []float64) []float64 {
	k := len(s.rates)
	f := make([]float64, k+1) // log of 1/(rate(1) rate(2) ...)
	for i, rate := range s.rates {
		f[i+1] = f[i] - math.Log(rate)
	}
	last := math.Log(s.rates[k-1])
	out := make([]float64, len(g))
	tail := math.Inf(-1) // the part with k or more requests at the station
	for n := range g {
		if n >= k {
			tail = addLog(tail-last, f[k]+g[n-k])
		}
		most := tail
		for j := 0; j < k && j <= n; j++ {
			most = max(most, f[j]+g[n-j])
		}
		if math.IsInf(most, -1) {
			out[n] = most
			continue
		}
		sum := math.Exp(tail - most)
		for j := 0; j < k && j <= n; j++ {
			if d := f[j] + g[n-j] - most; d > -40 {
				sum += math.Exp(d)
			}
		}
		out[n] = most + math.Log(sum)
	}
	return out
}

// addLog returns log(exp(a) + exp(b)).
func addLog(a, b float64) float64 {
	if a < b {
		a, b = b, a
	}
	if math.IsInf(a, -1) {
		return a
	}
	return a + math.Log1p(math.Exp(b-a))
}

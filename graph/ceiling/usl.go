package ceiling

import (
	"fmt"
	"math"
)

// A USL is a fit of Gunther's universal scalability law, X(N) = gamma N /
// (1 + alpha (N-1) + beta N (N-1)), to measured points (Gunther, Guerrilla
// Capacity Planning, 2007). It compares with measurements; no structure gives
// its beta.
type USL struct {
	Alpha       float64   `json:"alpha"`
	Beta        float64   `json:"beta"`
	Gamma       float64   `json:"gamma"`
	PeakN       Value     `json:"peak_n"`         // none if beta is 0
	PeakX       Value     `json:"peak_x"`         // none if beta is 0
	Limit       Value     `json:"amdahl_limit_x"` // gamma/alpha, the limit without the beta term
	ResidualSE  float64   `json:"residual_se"`
	Fitted      []float64 `json:"fitted"`
	Replaced    *USL      `json:"unconstrained,omitempty"` // the fit with the negative beta that this one replaces
	BetaZero    *BetaZero `json:"beta_zero_fit,omitempty"` // this fit, if it replaces another
	Replacement string    `json:"note,omitempty"`
}

// A BetaZero is a fit of Amdahl's law, the USL with beta 0.
type BetaZero struct {
	Alpha float64 `json:"alpha"`
	Gamma float64 `json:"gamma"`
	Limit Value   `json:"limit_x"`
}

// FitUSL fits by least squares. A negative beta has no meaning (throughput
// would have a pole): then beta is 0 and the fit is made again. It returns an
// error for fewer than four points, as three parameters need more than three,
// and for points without a load.
func FitUSL(points [][2]float64) (*USL, error) {
	if len(points) < 4 {
		return nil, fmt.Errorf("a fit needs four points; there are %d", len(points))
	}
	for _, p := range points {
		if !(p[0] > 0 && p[1] >= 0 && p[0] <= largest && p[1] <= largest) {
			return nil, fmt.Errorf("point (%v, %v) is no load and throughput", p[0], p[1])
		}
	}
	free := fitUSL(points, true)
	if free.Beta >= 0 {
		return free, nil
	}
	fixed := fitUSL(points, false)
	fixed.Replaced = free
	fixed.BetaZero = &BetaZero{fixed.Alpha, fixed.Gamma, fixed.Limit}
	fixed.Replacement = "the unconstrained fit has beta < 0, which is not physical: beta is 0"
	return fixed, nil
}

func (r *Result) fit(m *Model) error {
	u, err := FitUSL(m.Data)
	if err != nil {
		return fmt.Errorf("case %s: %w", m.ID, err)
	}
	r.USL = u
	return nil
}

// fitUSL minimises over alpha and beta by Levenberg and Marquardt's method;
// gamma follows from them, the model being linear in it.
func fitUSL(points [][2]float64, withBeta bool) *USL {
	theta := [2]float64{0.01, 0}
	if withBeta {
		theta[1] = 1e-4
	}
	damping := 1e-3
	gamma, best := gammaOf(points, theta)
	for range 2000 {
		step := uslStep(points, theta, gamma, damping, withBeta)
		next := [2]float64{theta[0] + step[0], theta[1] + step[1]}
		g, rss := gammaOf(points, next)
		if math.IsNaN(rss) || rss >= best {
			if damping *= 4; damping > 1e12 {
				break
			}
			continue
		}
		done := best-rss <= 1e-15*best
		theta, gamma, best = next, g, rss
		damping = max(damping/3, 1e-12)
		if done {
			break
		}
	}
	return describeUSL(points, theta, gamma, best, withBeta)
}

func uslShape(n float64, theta [2]float64) float64 {
	return n / (1 + theta[0]*(n-1) + theta[1]*n*(n-1))
}

// gammaOf returns the best gamma for alpha and beta and the sum of squares.
func gammaOf(points [][2]float64, theta [2]float64) (gamma, rss float64) {
	var xs, ss float64
	for _, p := range points {
		s := uslShape(p[0], theta)
		xs += p[1] * s
		ss += s * s
	}
	gamma = xs / ss
	for _, p := range points {
		d := p[1] - gamma*uslShape(p[0], theta)
		rss += d * d
	}
	return gamma, rss
}

// uslStep solves the damped normal equations for alpha and beta, gamma being
// eliminated (Kaufman's form of variable projection).
func uslStep(points [][2]float64, theta [2]float64, gamma, damping float64, withBeta bool) [2]float64 {
	var shape, da, db []float64
	var ss, sa, sb float64
	for _, p := range points {
		n, s := p[0], uslShape(p[0], theta)
		shape = append(shape, s)
		da = append(da, -gamma*s*s*(n-1)/n)
		db = append(db, -gamma*s*s*(n-1))
		ss += s * s
		sa += s * da[len(da)-1]
		sb += s * db[len(db)-1]
	}
	var aa, ab, bb, ra, rb float64
	for i, p := range points {
		a, b := da[i]-sa/ss*shape[i], db[i]-sb/ss*shape[i]
		r := p[1] - gamma*shape[i]
		aa, ab, bb = aa+a*a, ab+a*b, bb+b*b
		ra, rb = ra+a*r, rb+b*r
	}
	aa, bb = aa*(1+damping), bb*(1+damping)
	if !withBeta {
		return [2]float64{ra / aa, 0}
	}
	det := aa*bb - ab*ab
	return [2]float64{(ra*bb - rb*ab) / det, (rb*aa - ra*ab) / det}
}

func describeUSL(points [][2]float64, theta [2]float64, gamma, rss float64, withBeta bool) *USL {
	u := &USL{Alpha: theta[0], Beta: theta[1], Gamma: gamma, PeakN: None(), PeakX: None(), Limit: None()}
	parameters := 2.0
	if withBeta {
		parameters = 3
	}
	u.ResidualSE = math.Sqrt(rss / (float64(len(points)) - parameters))
	for _, p := range points {
		u.Fitted = append(u.Fitted, gamma*uslShape(p[0], theta))
	}
	if u.Beta > 0 && u.Alpha < 1 {
		n := math.Sqrt((1 - u.Alpha) / u.Beta)
		u.PeakN, u.PeakX = Value(n), Value(gamma*uslShape(n, theta))
	}
	if u.Alpha > 0 {
		u.Limit = Value(gamma / u.Alpha)
	}
	return u
}

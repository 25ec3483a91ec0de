package ceiling

// A subject is what an assumption is about: an unknown or, if it has no name, a
// service, by their numbers in the program; -1: neither.
type subject struct{ unknown, service int }

// subjects finds what the assumptions are about.
func (a *analysis) subjects() {
	unknowns, services := map[string]int{}, map[string]int{}
	for i, u := range a.p.unknowns {
		unknowns[u.Name] = i
	}
	for i, s := range a.p.model.Services {
		services[s.ID] = i
	}
	for _, as := range a.b.assumptions {
		sub := subject{-1, -1}
		if u, ok := unknowns[as.Name]; ok {
			sub.unknown = u
		} else if s, ok := services[as.Service]; ok && as.Name == "" {
			sub.service = s
		}
		a.subject = append(a.subject, sub)
	}
}

// assumed lists what the path rests on.
func (a *analysis) assumed(p *Path, s *solver) {
	unknowns, services := make([]bool, len(a.p.unknowns)), make([]bool, len(a.p.services))
	for _, u := range s.live {
		unknowns[u] = true
	}
	for _, op := range s.order {
		services[a.p.ops[op].service] = true
	}
	for i, sub := range a.subject {
		if sub.unknown >= 0 && unknowns[sub.unknown] || sub.service >= 0 && services[sub.service] {
			if p.AssumptionsOf++; len(p.Assumptions) < listed {
				p.Assumptions = append(p.Assumptions, a.b.assumptions[i])
			}
		}
	}
}

package graph

// A Pooler is a connection pooler that a service's connections to a database
// go through.
type Pooler struct {
	Workload string    `json:"workload"` // what deploys it
	Site     Site      `json:"site"`
	Replicas *Quantity `json:"replicas,omitempty"` // nil: nothing says
	Clients  *Quantity `json:"clients,omitempty"`  // connections that one replica accepts
	Pool     *Quantity `json:"pool,omitempty"`     // connections that one replica opens to a database for one user
	Most     *Quantity `json:"most,omitempty"`     // connections that one replica opens to a database for all users; nil: no bound
}

// All returns a number of one replica for all replicas together; nil if it is
// not known.
func (p *Pooler) All(one *Quantity) *Quantity {
	if one == nil || p.Replicas == nil || p.Replicas.High <= 1 {
		return one
	}
	q := *one
	q.Low, q.High = one.Low*p.Replicas.Low, one.High*p.Replicas.High
	return &q
}

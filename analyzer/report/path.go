package report

// A Path is the ceiling of one endpoint, as it is printed.
type Path struct {
	Endpoint string `json:"endpoint"` // id of the endpoint
	Line     string `json:"line"`
}

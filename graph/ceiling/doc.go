// Package ceiling computes how far the request paths of a system can scale:
// the greatest rate that a path cannot exceed, the station that sets it, and
// what comes next.
//
// It has two layers. A Model is plain numbers: services, resources and
// operations with the steps that a request takes; Solve applies operational
// analysis to it. Build makes a Model of a graph.System and keeps where every
// number came from; Ceilings does so for every endpoint.
//
// The bound is Little's law on each resource (Denning and Buzen, The
// Operational Analysis of Queueing Network Models, ACM Computing Surveys 10(3),
// 1978): with D the time that one request holds a resource of c servers, nested
// synchronous calls included, X <= c/D for any distribution, order of service
// and scheduling. It says what a path cannot exceed, never what it will reach.
//
// Times are milliseconds and rates are per second throughout. The package
// imports graph and the standard library only.
package ceiling

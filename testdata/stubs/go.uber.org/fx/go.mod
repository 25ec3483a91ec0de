module go.uber.org/fx

go 1.18

require (
	go.uber.org/dig v0.0.0
)

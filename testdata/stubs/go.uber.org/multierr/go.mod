module go.uber.org/multierr

go 1.18

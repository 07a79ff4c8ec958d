.PHONY: run reset test format bench

run:     ## Start the whole stack, at http://localhost:8080
	dotnet run --project AppHost

reset:   ## The same, with empty databases
	dotnet run --project AppHost -- --reset

test:    ## Run all tests
	dotnet test

format:  ## Format the code
	dotnet format whitespace Microservices.sln

bench:   ## Measure the wallet against pgbench
	dotnet run -c Release --project tests/Benchmarks -- wallet

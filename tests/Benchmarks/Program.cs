using System.Runtime.InteropServices;
using ReelBallers.Benchmarks;

LoadClientHeap.Ensure(args);
using var stop = new CancellationTokenSource();
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

if (BenchmarkOptions.Parse(args, out var error) is not { } options)
{
    Console.Error.WriteLine(error);
    return 2;
}
#if DEBUG
Console.Error.WriteLine("Built in Debug: these numbers say little. Use -c Release.");
#endif
try
{
    var report = new Report();
    if (options.Selected(WalletRates.Names) is { Count: > 0 } rates)
    {
        await WalletRates.RunAsync(rates, options, report, stop.Token);
    }
    if (options.Selected(WalletGrowth.Names).Count > 0)
    {
        await WalletGrowth.RunAsync(report, stop.Token);
    }
    if (options.Selected(JobsGrowth.Names).Count > 0)
    {
        await JobsGrowth.RunAsync(report, stop.Token);
    }
    if (options.Selected(JobsFlow.Names) is { Count: > 0 } steps)
    {
        await JobsFlow.RunAsync(steps, options, report, stop.Token);
    }
    if (options.Selected(JobsStreams.Names).Count > 0)
    {
        await JobsStreams.RunAsync(report, stop.Token);
    }
    if (options.Selected(GatewayRates.Names) is { Count: > 0 } requests)
    {
        await GatewayRates.RunAsync(requests, options, report, stop.Token);
    }
    if (options.Selected(WorkerRates.Names) is { Count: > 0 } workers)
    {
        await WorkerRates.RunAsync(workers, options, report, stop.Token);
    }
    if (options.Selected(StackCosts.Names) is { Count: > 0 } costs)
    {
        await StackCosts.RunAsync(costs, report, stop.Token);
    }
    report.Print(Console.Out);
    if (options.JsonFile is { } file)
    {
        report.WriteJson(file);
    }
    return 0;
}
catch (BenchmarkException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 130;
}
catch (Exception exception) when (exception is Npgsql.NpgsqlException or Grpc.Core.RpcException or LocalPostgres.PostgresStartException)
{
    Console.Error.WriteLine(exception);
    return 1;
}

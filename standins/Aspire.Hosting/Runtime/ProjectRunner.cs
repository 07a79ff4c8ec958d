using System.Diagnostics;
using Aspire.Hosting.ApplicationModel;
using LocalPostgres;

namespace Aspire.Hosting.Runtime;

/// <summary>A built project as a process: <c>dotnet X.dll</c> in the project's directory.</summary>
internal sealed class ProjectRunner(ProjectResource resource, RunContext context) : Runner(resource, context)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);
    private readonly ProjectAnnotation project = resource.Annotations.OfType<ProjectAnnotation>().Single();
    private Process? process;
    private Task<int> exited = Task.FromResult(0);

    public override int? ProcessId => exited.IsCompleted ? null : process?.Id;

    public override IReadOnlyDictionary<string, string> Urls => resource.Annotations.OfType<EndpointAnnotation>()
        .ToDictionary(endpoint => endpoint.Name, endpoint => new EndpointReference(resource, endpoint.Name).Url);

    protected override string? Command => project.TargetPath;

    public override async Task StopAsync(CancellationToken force)
    {
        if (process is null || exited.IsCompleted)
        {
            return;
        }
        ProcessSignal.Send(process.Id, ProcessSignal.Terminate);
        try
        {
            await exited.WaitAsync(Grace, force);
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            Context.Output.Note($"{Name} had to be killed (process {process.Id})");
            ProcessSignal.Send(process.Id, ProcessSignal.Kill);
            await exited;
        }
    }

    protected override async Task<Task<int>> LaunchAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(project.TargetPath))
        {
            throw new DistributedApplicationException($"{project.TargetPath} is missing: build the solution first (dotnet build).");
        }
        var info = Tool.InOwnSession(Dotnet(), [project.TargetPath]);
        info.WorkingDirectory = Path.GetDirectoryName(project.ProjectPath)!;
        info.RedirectStandardInput = true;
        info.RedirectStandardOutput = true;
        info.RedirectStandardError = true;
        await ProjectEnvironment.ApplyAsync(resource, Context, info.Environment, cancellationToken);

        var started = process = Process.Start(info)!;
        ProcessGuard.Watch(started.Id, "TERM");
        started.StandardInput.Close();
        _ = PumpAsync(started.StandardOutput);
        _ = PumpAsync(started.StandardError);
        exited = WaitAsync(started);
        return exited;
    }

    private static async Task<int> WaitAsync(Process started)
    {
        await started.WaitForExitAsync();
        // What it started itself shares its group, and must not work on beside its successor.
        ProcessSignal.Send(-started.Id, ProcessSignal.Kill);
        ProcessGuard.Forget(started.Id);
        return started.ExitCode;
    }

    private async Task PumpAsync(StreamReader lines)
    {
        try
        {
            while (await lines.ReadLineAsync() is { } line)
            {
                Log.Add(line);
            }
        }
        catch (IOException)
        {
            // The process is gone, and its pipe with it.
        }
    }

    /// <summary>The one that runs us, wherever it is installed.</summary>
    private static string Dotnet()
    {
        var besideRuntime = Path.GetFullPath(
            Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        return File.Exists(besideRuntime) ? besideRuntime : Tool.Find("dotnet") ?? throw new DistributedApplicationException(
            "The program 'dotnet' is neither where .NET runs from nor on the PATH.");
    }
}

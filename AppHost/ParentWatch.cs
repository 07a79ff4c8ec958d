using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace ReelBallers.AppHost;

/// <summary>Stops everything when the <c>dotnet run</c> around us is killed, which tells its child nothing of it.</summary>
internal sealed class ParentWatch(IHostApplicationLifetime lifetime, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (OperatingSystem.IsWindows() || !IsDotnet(GetParent()))
        {
            return;
        }
        var parent = GetParent();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        while (GetParent() == parent)
        {
            await timer.WaitForNextTickAsync(stoppingToken);
        }
        lifetime.StopApplication();
    }

    private static bool IsDotnet(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return process.ProcessName == "dotnet";
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "getppid")]
    private static extern int GetParent();
}

using System.Diagnostics;

namespace ReelBallers.Gateway.Tests;

/// <summary>
/// Spectral and Redocly, installed from the lock file beside the test assembly; no network is needed afterwards.
/// </summary>
public sealed class OpenApiLinters : IAsyncLifetime
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "openapi-lint");

    internal static string? Npm { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "npm.cmd" : "npm"))
        .FirstOrDefault(File.Exists);

    public async Task InitializeAsync()
    {
        // Without npm the tests are skipped, but the class fixture is created anyway.
        if (Npm is null && Environment.GetEnvironmentVariable("CI") != "true")
        {
            return;
        }
        var installed = Path.Combine(Folder, "node_modules", ".installed");
        var wanted = await File.ReadAllTextAsync(Path.Combine(Folder, "package-lock.json"));
        if (!File.Exists(installed) || await File.ReadAllTextAsync(installed) != wanted)
        {
            var (exitCode, output) = await RunAsync("ci", "--ignore-scripts", "--no-audit", "--no-fund");
            Assert.True(exitCode == 0, output);
            await File.WriteAllTextAsync(installed, wanted);
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>Lints a document with a script of the package and returns the JSON report.</summary>
    internal static async Task<string> LintAsync(string linter, string document)
    {
        var file = Path.Combine(Folder, $"{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(file, document);
        try
        {
            // The exit code may be non-zero when there are findings, so the output decides.
            return (await RunAsync("run", "--silent", linter, "--", file)).Output;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        var npm = Npm ?? throw new InvalidOperationException("npm is not on the PATH, and CI must not skip this test.");
        var start = new ProcessStartInfo(npm, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["REDOCLY_TELEMETRY"] = "off",
                ["REDOCLY_SUPPRESS_UPDATE_NOTICE"] = "true",
                ["npm_config_update_notifier"] = "false",
            },
        };
        using var process = Process.Start(start)!;
        using var timeout = new CancellationTokenSource(Timeout);
        var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
        var errors = process.StandardError.ReadToEndAsync(timeout.Token);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        var text = await output;
        return (process.ExitCode, text.Length > 0 ? text : await errors);
    }
}

/// <summary>A test that needs npm: skipped on a machine without it, but never in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NpmFactAttribute : FactAttribute
{
    public NpmFactAttribute()
    {
        if (OpenApiLinters.Npm is null && Environment.GetEnvironmentVariable("CI") != "true")
        {
            Skip = "npm is not on the PATH; install Node.js 20 or newer to lint the OpenAPI document.";
        }
    }
}

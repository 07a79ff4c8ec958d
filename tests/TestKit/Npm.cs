using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace ReelBallers.TestKit;

/// <summary>
/// Programs of Node.js in tests: <c>[Fact(Skip = Npm.Missing, SkipUnless = nameof(Npm.IsExpected), SkipType = typeof(Npm))]</c>.
/// </summary>
public static class Npm
{
    /// <summary>Why such a test is skipped.</summary>
    public const string Missing = "npm is not on the PATH; install Node.js 20 or newer.";

    private const int MaxInstalls = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly string? Path = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(System.IO.Path.PathSeparator)
        .Select(folder => System.IO.Path.Combine(folder, OperatingSystem.IsWindows() ? "npm.cmd" : "npm"))
        .FirstOrDefault(File.Exists);

    // Two installs in one folder at the same time destroy each other's files.
    private static readonly ConcurrentDictionary<string, Lazy<Task>> Installs = new();

    /// <summary>Whether npm is installed or must be: CI skips nothing.</summary>
    public static bool IsExpected => Path is not null || Environment.GetEnvironmentVariable("CI") == "true";

    /// <summary>
    /// Installs the packages of the folder's lock file once, unless they are there. Does nothing where the tests are skipped.
    /// </summary>
    public static Task InstallAsync(string folder) =>
        Installs.GetOrAdd(folder, missing => new Lazy<Task>(() => InstallMissingAsync(missing))).Value;

    /// <summary>Runs npm or another program in the folder, and gives its output.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has its output.</exception>
    public static async Task<string> RunAsync(
        string folder, string program, string[] arguments, string input = "", params (string Name, string? Value)[] environment)
    {
        var (exitCode, output, errors) = await TryRunAsync(folder, program, arguments, input, environment);
        return exitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {exitCode}:\n{output}\n{errors}");
    }

    /// <summary>The same for a program whose exit code is part of its answer.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> TryRunAsync(
        string folder, string program, string[] arguments, string input = "", params (string Name, string? Value)[] environment)
    {
        var path = program == "npm" ? Path ?? throw new InvalidOperationException(Missing) : program;
        var start = new ProcessStartInfo(path, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = process.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            if (input.Length > 0)
            {
                await process.StandardInput.WriteAsync(input.AsMemory(), patience.Token);
            }
            process.StandardInput.Close();
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        return (process.ExitCode, await output, await errors);
    }

    private static async Task InstallMissingAsync(string folder)
    {
        var installed = System.IO.Path.Combine(folder, "node_modules", ".installed");
        var wanted = await File.ReadAllTextAsync(System.IO.Path.Combine(folder, "package-lock.json"));
        if (!IsExpected || (File.Exists(installed) && await File.ReadAllTextAsync(installed) == wanted))
        {
            return;
        }
        for (var attempt = 1; ; attempt++)
        {
            var (exitCode, output, errors) = await TryRunAsync(folder, "npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
            if (exitCode == 0)
            {
                break;
            }
            // The registry is another machine.
            if (attempt == MaxInstalls)
            {
                throw new InvalidOperationException($"npm ci ended with {exitCode}:\n{output}\n{errors}");
            }
        }
        await File.WriteAllTextAsync(installed, wanted);
    }
}

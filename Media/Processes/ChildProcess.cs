using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace ReelBallers.Media;

/// <summary>Runs programs that end with this process: on cancellation, and on Linux also when it is killed.</summary>
internal static class ChildProcess
{
    private const int MostErrorCharacters = 64 * 1024;
    private const string ParentDeathTool = "/usr/bin/setpriv";

    private static readonly BlockingCollection<Action> Starts = StartThread();

    /// <summary>Runs a program to its end, handing on each line of its standard output.</summary>
    /// <returns>The exit code, and the beginning of what it wrote to its standard error.</returns>
    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be started.</exception>
    /// <exception cref="OperationCanceledException">It was killed, and is gone.</exception>
    public static Task<(int ExitCode, string Errors)> RunAsync(
        string program, IEnumerable<string> arguments, string workingDirectory, Action<string>? onLine,
        CancellationToken cancellationToken, ProcessLimits? limits = null) => RunAsync(
            program, arguments, workingDirectory, null, (output, token) => ReadLinesAsync(output, onLine, token), limits,
            cancellationToken);

    /// <summary>The same for a program whose standard output is not text.</summary>
    public static Task<(int ExitCode, string Errors)> RunBinaryAsync(
        string program, IEnumerable<string> arguments, string workingDirectory, Func<Stream, CancellationToken, Task> read,
        CancellationToken cancellationToken, ProcessLimits? limits = null) =>
        RunAsync(program, arguments, workingDirectory, null, read, limits, cancellationToken);

    /// <summary>Runs a program whose standard input is written meanwhile. It may end before it has read all of it.</summary>
    public static Task<(int ExitCode, string Errors)> RunFedAsync(
        string program, IEnumerable<string> arguments, string workingDirectory, Func<Stream, CancellationToken, Task> write,
        Action<string>? onLine, CancellationToken cancellationToken) => RunAsync(
            program, arguments, workingDirectory, write, (output, token) => ReadLinesAsync(output, onLine, token), null, cancellationToken);

    private static async Task<(int ExitCode, string Errors)> RunAsync(
        string program, IEnumerable<string> arguments, string workingDirectory, Func<Stream, CancellationToken, Task>? write,
        Func<Stream, CancellationToken, Task> read, ProcessLimits? limits, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var process = new Process { StartInfo = StartInfo(program, arguments, workingDirectory, limits) };
        await StartAsync(process);
        // A write to a full pipe is not cancelled: it ends when the program does.
        using var killing = cancellationToken.Register(() => process.Kill(entireProcessTree: true));
        var errors = ReadErrorsAsync(process.StandardError, cancellationToken);
        var reading = read(process.StandardOutput.BaseStream, cancellationToken);
        try
        {
            await FeedAsync(process, write, cancellationToken);
            await reading;
            var text = await errors;
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, text);
        }
        finally
        {
            await EndAsync(process);
            // What it said is read to its end, so that nothing is handed on after this has returned.
            await Task.WhenAll(reading, errors).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task FeedAsync(Process process, Func<Stream, CancellationToken, Task>? write, CancellationToken cancellationToken)
    {
        try
        {
            if (write is not null)
            {
                await write(process.StandardInput.BaseStream, cancellationToken);
            }

            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended already: its exit code and its errors say why.
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static async Task ReadLinesAsync(Stream output, Action<string>? onLine, CancellationToken cancellationToken)
    {
        using var lines = new StreamReader(output, leaveOpen: true);
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            onLine?.Invoke(line);
        }
    }

    private static ProcessStartInfo StartInfo(
        string program, IEnumerable<string> arguments, string workingDirectory, ProcessLimits? limits)
    {
        IReadOnlyList<string> command = [program, .. arguments];
        if (limits is not null && OperatingSystem.IsLinux())
        {
            command = [.. limits.Prefix, .. command];
        }

        if (OperatingSystem.IsLinux() && File.Exists(ParentDeathTool))
        {
            command = [ParentDeathTool, "--pdeathsig", "KILL", "--", .. command];
        }

        var info = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardErrorEncoding = Encoding.UTF8,
        };
        limits?.HideEnvironment(info.Environment);
        // npm's ffprobe is linked statically and crashes on the names in a broadcast when it loads converters from elsewhere.
        info.Environment["GCONV_PATH"] = "";
        return info;
    }

    private static async Task<string> ReadErrorsAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var buffer = new char[4096];
        int read;
        while ((read = await reader.ReadAsync(buffer, cancellationToken)) > 0)
        {
            // Output beyond the limit is still read: a full pipe would block the program.
            text.Append(buffer, 0, Math.Min(read, MostErrorCharacters - text.Length));
        }

        return text.ToString();
    }

    private static async Task EndAsync(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static Task StartAsync(Process process)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(() =>
        {
            try
            {
                process.Start();
                started.SetResult();
            }
            catch (Exception failure)
            {
                started.SetException(failure);
            }
        });
        return started.Task;
    }

    /// <summary>
    /// Linux sends the parent-death signal when the thread ends that started the child: so one that never ends starts
    /// them all.
    /// </summary>
    private static BlockingCollection<Action> StartThread()
    {
        var starts = new BlockingCollection<Action>();
        var thread = new Thread(() =>
        {
            foreach (var start in starts.GetConsumingEnumerable())
            {
                start();
            }
        })
        {
            IsBackground = true,
            Name = "child processes",
        };
        thread.Start();
        return starts;
    }
}

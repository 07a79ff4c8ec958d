using System.Runtime.InteropServices;

namespace ReelBallers.Benchmarks;

/// <summary>
/// The load client runs on the measured machine, so its garbage collections would affect the results. This makes them rare
/// by a setting that the runtime reads from the environment at its start.
/// </summary>
public static partial class LoadClientHeap
{
    public const string Variable = "DOTNET_GCgen0size";
    private const string Bytes = "0x10000000";

    /// <summary>Restarts this process with the setting; returns if it is already set or not supported.</summary>
    public static void Ensure(string[] args)
    {
        if (OperatingSystem.IsWindows() || Environment.GetEnvironmentVariable(Variable) is not null
            || Environment.ProcessPath is not { } program)
        {
            return;
        }
        var isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        string[] command = isHost ? [program, Environment.GetCommandLineArgs()[0], .. args] : [program, .. args];
        _ = SetEnvironment(Variable, Bytes, 1);
        _ = Execute(program, [.. command, null]);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "execv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, string?[] arguments);
}

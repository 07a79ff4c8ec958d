using System.Runtime.InteropServices;

namespace ReelBallers.Benchmarks;

/// <summary>
/// The load client runs beside what it measures, and its own garbage collections would be measured too. So it collects
/// seldom: a setting that the runtime takes at its start, and from the environment alone.
/// </summary>
public static partial class LoadClientHeap
{
    public const string Variable = "DOTNET_GCgen0size";
    private const string Bytes = "0x10000000";

    /// <summary>Starts this program over in its own place, with the setting; returns when it has it, or cannot have it.</summary>
    public static void Ensure(string[] args)
    {
        if (OperatingSystem.IsWindows() || Environment.GetEnvironmentVariable(Variable) is not null || Environment.ProcessPath is not { } program)
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

using System.Globalization;

namespace ReelBallers.Media;

/// <summary>
/// What a program that reads hostile input may use. It also gets none of this process's environment, which has secrets.
/// </summary>
/// <param name="MemoryBytes">Address space; enforced on Linux.</param>
/// <param name="Cpu">Processor time; enforced on Linux.</param>
internal sealed record ProcessLimits(long MemoryBytes, TimeSpan Cpu)
{
    // No core dumps and no files.
    private const string Script = "ulimit -v \"$1\" && ulimit -t \"$2\" && ulimit -c 0 && ulimit -f 0 && shift 2 && exec \"$@\"";

    private static readonly string[] Kept = ["PATH", "SystemRoot", "LD_LIBRARY_PATH"];

    /// <summary>The command that sets the limits and then becomes the program.</summary>
    public IReadOnlyList<string> Prefix =>
    [
        "/bin/sh", "-c", Script, "sh",
        (MemoryBytes / 1024).ToString(CultureInfo.InvariantCulture),
        ((long)Math.Ceiling(Cpu.TotalSeconds)).ToString(CultureInfo.InvariantCulture),
    ];

    /// <summary>Removes all that the program does not need to start.</summary>
    public void HideEnvironment(IDictionary<string, string?> environment)
    {
        foreach (var name in environment.Keys.Except(Kept, StringComparer.OrdinalIgnoreCase).ToList())
        {
            environment.Remove(name);
        }
    }
}

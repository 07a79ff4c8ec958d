using System.Diagnostics;
using System.Globalization;

namespace ReelBallers.Benchmarks;

/// <summary>The CPU time (user and system) of processes, read from /proc; null on systems without it.</summary>
public static class CpuClock
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    /// <summary>Of this process.</summary>
    public static TimeSpan OfThis => Process.GetCurrentProcess().TotalProcessorTime;

    /// <summary>Of a process, its children and the children that have ended.</summary>
    public static TimeSpan? OfFamily(int processId)
    {
        if (Read(processId) is not { } parent)
        {
            return null;
        }
        var ticks = parent.Own + parent.Ended;
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && Read(id) is { } child && child.Parent == processId)
            {
                ticks += child.Own + child.Ended;
            }
        }
        return ticks * Tick;
    }

    /// <summary>Of children of this process that have ended.</summary>
    public static TimeSpan? OfEndedChildren => Read(Environment.ProcessId) is { } self ? self.Ended * Tick : null;

    private static (int Parent, long Own, long Ended)? Read(int processId)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{processId}/stat");
            // The name, in brackets, may hold spaces; the fields after it are counted from there.
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            long Field(int index) => long.Parse(fields[index], CultureInfo.InvariantCulture);
            return ((int)Field(1), Field(11) + Field(12), Field(13) + Field(14));
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }
}

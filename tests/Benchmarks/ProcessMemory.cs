using System.Globalization;

namespace ReelBallers.Benchmarks;

/// <summary>The proportional set size of processes, read from /proc: a page that several share counts for each in part.</summary>
internal static class ProcessMemory
{
    /// <summary>Of these processes and everything that they have started.</summary>
    public static (long Kilobytes, int Processes) OfFamilies(IReadOnlyCollection<int> roots)
    {
        var children = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
            .Where(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(name => int.Parse(name!, CultureInfo.InvariantCulture)).ToLookup(ParentOf);
        var (all, open) = (new HashSet<int>(), new Queue<int>(roots));
        while (open.TryDequeue(out var id))
        {
            if (all.Add(id))
            {
                children[id].ToList().ForEach(open.Enqueue);
            }
        }
        return (all.Sum(PssOf), all.Count);
    }

    private static int ParentOf(int id) => Read(id, "stat") is { } stat
        // The name, in brackets, may hold spaces.
        ? int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture)
        : -1;

    private static long PssOf(int id) => Read(id, "smaps_rollup")?.Split('\n')
        .FirstOrDefault(line => line.StartsWith("Pss:", StringComparison.Ordinal)) is { } line
        ? long.Parse(line["Pss:".Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture)
        : 0;

    private static string? Read(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{file}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // It has ended.
        }
    }
}

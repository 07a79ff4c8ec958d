using System.Text.Json;
using LocalPostgres;

namespace ReelBallers.AppHost;

/// <summary>
/// What outlives a run: PostgreSQL's data, generated parameters (<c>parameters.json</c>), the files of resources; and,
/// while it runs, the lock and the list of what runs (<c>running.json</c>).
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private readonly FileStream _lock;

    private DataDirectory(string location, FileStream held) => (Location, _lock) = (location, held);

    public string Location { get; }

    private string ParametersFile => Path.Combine(Location, "parameters.json");

    private string RunningFile => Path.Combine(Location, "running.json");

    /// <summary>Takes the directory for this AppHost, and empties it if that was asked for.</summary>
    /// <exception cref="DistributedApplicationException">Another AppHost has it.</exception>
    public static DataDirectory Open(string location, bool reset)
    {
        Directory.CreateDirectory(location);
        var owner = Path.Combine(location, "owner");
        var data = new DataDirectory(location, Hold(location, owner));
        File.WriteAllText(owner, $"{Environment.ProcessId}");
        File.Delete(data.RunningFile);
        if (reset)
        {
            data.Empty(owner);
        }
        return data;
    }

    public string For(string resource) => Path.Combine(Location, resource);

    /// <summary>A value that is made at the first start and stays.</summary>
    public string KeptParameter(string name, Func<string> make)
    {
        var kept = File.Exists(ParametersFile)
            ? JsonSerializer.Deserialize<SortedDictionary<string, string>>(File.ReadAllBytes(ParametersFile), Json)!
            : [];
        if (!kept.TryGetValue(name, out var value))
        {
            kept[name] = value = make();
            Replace(ParametersFile, JsonSerializer.SerializeToUtf8Bytes(kept, Json));
        }
        return value;
    }

    /// <summary>Says what runs, for scripts and tests.</summary>
    public void WriteRunning(Running running) => Replace(RunningFile, JsonSerializer.SerializeToUtf8Bytes(running, Json));

    public void Dispose()
    {
        File.Delete(RunningFile);
        _lock.Dispose();
    }

    private static FileStream Hold(string location, string owner)
    {
        try
        {
            return new FileStream(Path.Combine(location, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception)
        {
            var process = File.Exists(owner) ? File.ReadAllText(owner) : "?";
            throw new DistributedApplicationException(
                $"Another AppHost (process {process}) runs on {location}. Stop it first, "
                + "or give this one data of its own with --DataDirectory=<an absolute path>, and ports of its own.",
                exception);
        }
    }

    private void Empty(string owner)
    {
        foreach (var directory in Directory.GetDirectories(Location))
        {
            PostgresServer.DeleteData(directory);
        }
        foreach (var file in Directory.GetFiles(Location).Except([_lock.Name, owner]))
        {
            File.Delete(file);
        }
    }

    /// <summary>In one step, and readable by the owner only: the parameters are secrets.</summary>
    private static void Replace(string file, byte[] content)
    {
        var next = file + ".next";
        File.Delete(next);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        using (var stream = new FileStream(next, options))
        {
            stream.Write(content);
        }
        File.Move(next, file, overwrite: true);
    }
}

/// <summary>What runs, as <c>running.json</c> says it.</summary>
internal sealed record Running(bool Ready, int ProcessId, string? Dashboard, IReadOnlyList<RunningResource> Resources);

/// <summary>A process of the stack.</summary>
internal sealed record RunningResource(
    string Name, string? State, string? Health, int? ProcessId, int Restarts, IReadOnlyDictionary<string, string> Urls);

using System.Text.Json;
using LocalPostgres;

namespace Aspire.Hosting.Runtime;

/// <summary>
/// What outlives a run: PostgreSQL's data, generated parameters (<c>parameters.json</c>), the files of resources;
/// and, while it runs, the lock and the list of what runs (<c>running.json</c>).
/// </summary>
internal sealed class DataDirectory(string path, bool reset)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private readonly Lock gate = new();

    public string Location { get; } = Path.GetFullPath(path);

    private string LockFile => Path.Combine(Location, "lock");

    private string OwnerFile => Path.Combine(Location, "owner");

    private string RunningFile => Path.Combine(Location, "running.json");

    private string ParametersFile => Path.Combine(Location, "parameters.json");

    /// <summary><c>.data</c> beside the solution that the AppHost belongs to.</summary>
    public static string Beside(string appHostDirectory)
    {
        for (var directory = new DirectoryInfo(appHostDirectory); directory is not null; directory = directory.Parent)
        {
            if (directory.GetFiles("*.sln").Length > 0)
            {
                return Path.Combine(directory.FullName, ".data");
            }
        }
        return Path.Combine(appHostDirectory, ".data");
    }

    public string For(string resource) => Path.Combine(Location, resource);

    /// <summary>Takes the directory for this process, ends what a killed one left running, and empties it if that was asked for.</summary>
    /// <exception cref="DistributedApplicationException">Another process has it.</exception>
    public async Task<IDisposable> OpenAsync(Output output, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Location);
        var held = Hold();
        try
        {
            await File.WriteAllTextAsync(OwnerFile, $"{Environment.ProcessId}", cancellationToken);
            await LeftOvers.StopAsync(ReadRunning(), output, cancellationToken);
            File.Delete(RunningFile);
            if (reset)
            {
                Empty(output);
            }
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>A value that is made at the first start and stays.</summary>
    public string KeptParameter(string name, Func<string> make)
    {
        lock (gate)
        {
            var kept = File.Exists(ParametersFile)
                ? JsonSerializer.Deserialize<SortedDictionary<string, string>>(File.ReadAllBytes(ParametersFile), Json)!
                : [];
            if (!kept.TryGetValue(name, out var value))
            {
                kept[name] = value = make();
                Directory.CreateDirectory(Location);
                Replace(ParametersFile, JsonSerializer.SerializeToUtf8Bytes(kept, Json));
            }
            return value;
        }
    }

    /// <summary>Says what runs, for the next start (should we be killed) and for whoever wants to know.</summary>
    public void WriteRunning(Running running)
    {
        lock (gate)
        {
            Replace(RunningFile, JsonSerializer.SerializeToUtf8Bytes(running, Json));
        }
    }

    public void NothingRuns()
    {
        lock (gate)
        {
            File.Delete(RunningFile);
        }
    }

    private FileStream Hold()
    {
        try
        {
            return new FileStream(LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException refusal)
        {
            var owner = File.Exists(OwnerFile) ? File.ReadAllText(OwnerFile) : "?";
            throw new DistributedApplicationException(
                $"Another AppHost (process {owner}) runs on {Location}. Stop it first, "
                + "or give this one data of its own with --DataDirectory=<an absolute path>, and ports of its own.",
                refusal);
        }
    }

    private void Empty(Output output)
    {
        output.Note($"--reset: emptying {Location}");
        foreach (var directory in Directory.GetDirectories(Location))
        {
            PostgresServer.DeleteData(directory);
        }
        foreach (var file in Directory.GetFiles(Location).Except([LockFile, OwnerFile]))
        {
            File.Delete(file);
        }
    }

    private Running? ReadRunning()
    {
        try
        {
            return File.Exists(RunningFile) ? JsonSerializer.Deserialize<Running>(File.ReadAllBytes(RunningFile), Json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>In one step, and readable by the owner only: the parameters are secrets.</summary>
    private static void Replace(string file, byte[] content)
    {
        var next = file + ".next";
        File.Delete(next);
        using (var stream = new FileStream(next, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            stream.Write(content);
        }
        File.Move(next, file, overwrite: true);
    }
}

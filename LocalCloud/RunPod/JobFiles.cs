using System.Text.Json;

namespace ReelBallers.LocalCloud.RunPod;

/// <summary>Keeps every job in a file of its own, so that a kill of this process loses none.</summary>
internal sealed class JobFiles
{
    private readonly string _directory;

    public JobFiles(LocalCloudOptions options)
    {
        _directory = Path.Combine(options.DataDirectory, "runpod", "jobs");
        WorkDirectory = Path.Combine(options.DataDirectory, "runpod", "work");
    }

    /// <summary>Holds what workers write while they work.</summary>
    public string WorkDirectory { get; }

    /// <summary>Reads what an earlier process left, and removes what its workers left.</summary>
    public IReadOnlyList<Job> Load()
    {
        if (Directory.Exists(WorkDirectory))
        {
            Directory.Delete(WorkDirectory, recursive: true);
        }

        Directory.CreateDirectory(_directory);
        foreach (var torn in Directory.EnumerateFiles(_directory, "*.new"))
        {
            File.Delete(torn);
        }

        return [.. Directory.EnumerateFiles(_directory, "*.json")
            .Select(file => JsonSerializer.Deserialize<Job>(File.ReadAllBytes(file))!)
            .OrderBy(job => job.CreatedAt)];
    }

    public void Save(Job job)
    {
        // Written beside and renamed: whenever we are killed, there is a whole file. It holds signed URLs, so it is the owner's alone.
        var whole = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            whole.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(PathOf(job) + ".new", whole))
        {
            JsonSerializer.Serialize(file, job);
        }

        File.Move(PathOf(job) + ".new", PathOf(job), overwrite: true);
    }

    public void Delete(Job job) => File.Delete(PathOf(job));

    private string PathOf(Job job) => Path.Combine(_directory, $"{job.Id}.json");
}

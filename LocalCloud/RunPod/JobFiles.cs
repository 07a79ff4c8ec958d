using System.Text.Json;

namespace ReelBallers.LocalCloud.RunPod;

/// <summary>Stores every job in its own file, so that killing this process loses none.</summary>
internal sealed class JobFiles
{
    private readonly string _directory;

    public JobFiles(LocalCloudOptions options)
    {
        _directory = Path.Combine(options.DataDirectory, "runpod", "jobs");
        WorkDirectory = Path.Combine(options.DataDirectory, "runpod", "work");
    }

    /// <summary>The directory for the workers' temporary files.</summary>
    public string WorkDirectory { get; }

    /// <summary>Reads the jobs of an earlier process, and removes its workers' files.</summary>
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
        // Written to a temporary file and renamed, so that a kill leaves a complete file. It contains signed URLs:
        // readable by its owner only.
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

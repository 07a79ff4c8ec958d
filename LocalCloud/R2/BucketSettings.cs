namespace ReelBallers.LocalCloud.R2;

/// <summary>A bucket's configuration, kept on disk. Deleting one is remembered as no rules: only a new bucket has the defaults.</summary>
internal sealed class BucketSettings
{
    private readonly string _corsPath;
    private readonly string _lifecyclePath;

    public BucketSettings(string directory)
    {
        Directory.CreateDirectory(directory);
        _corsPath = Path.Combine(directory, "cors.json");
        _lifecyclePath = Path.Combine(directory, "lifecycle.json");
        Cors = JsonFiles.Read<Cors>(_corsPath) ?? Cors.Default;
        Lifecycle = JsonFiles.Read<Lifecycle>(_lifecyclePath) ?? Lifecycle.Default;
    }

    public Cors Cors { get; private set; }

    public Lifecycle Lifecycle { get; private set; }

    public void Set(Cors cors)
    {
        JsonFiles.Write(_corsPath, cors);
        Cors = cors;
    }

    public void Set(Lifecycle lifecycle)
    {
        JsonFiles.Write(_lifecyclePath, lifecycle);
        Lifecycle = lifecycle;
    }
}

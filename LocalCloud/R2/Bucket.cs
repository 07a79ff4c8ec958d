namespace ReelBallers.LocalCloud.R2;

/// <summary>A bucket on disk.</summary>
internal sealed class Bucket
{
    public Bucket(string name, string directory, TimeProvider time)
    {
        Name = name;
        Created = time.GetUtcNow();
        Settings = new BucketSettings(Path.Combine(directory, "settings"));
        var blobs = new BlobFiles(Path.Combine(directory, "blobs"));
        Objects = new ObjectStore(Path.Combine(directory, "objects"), blobs, Settings, time);
        Uploads = new MultipartStore(Path.Combine(directory, "uploads"), Objects, Settings, time);
        blobs.DeleteAllBut(Objects.Files().Concat(Uploads.Files()).ToHashSet(StringComparer.Ordinal));
    }

    public string Name { get; }

    public DateTimeOffset Created { get; }

    public BucketSettings Settings { get; }

    public ObjectStore Objects { get; }

    public MultipartStore Uploads { get; }
}

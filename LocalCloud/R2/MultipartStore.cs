using System.Globalization;
using System.Security.Cryptography;

namespace ReelBallers.LocalCloud.R2;

/// <summary>The uploads in parts that are under way. Completing one moves its parts into the object without copying a byte.</summary>
internal sealed class MultipartStore
{
    public const int MaxParts = 10_000;
    private const long MinPartBytes = 5 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _uploads = new(StringComparer.Ordinal);
    private readonly string _directory;
    private readonly ObjectStore _objects;
    private readonly BucketSettings _settings;
    private readonly TimeProvider _time;

    public MultipartStore(string directory, ObjectStore objects, BucketSettings settings, TimeProvider time)
    {
        (_directory, _objects, _settings, _time) = (directory, objects, settings, time);
        Directory.CreateDirectory(directory);
        var taken = objects.Files();
        foreach (var folder in Directory.GetDirectories(directory))
        {
            var parts = JsonFiles.ReadAll<UploadedPart>(PartsOf(folder)).ToList();
            if (JsonFiles.Read<PendingUpload>(RecordOf(folder)) is { } upload && !parts.Exists(part => taken.Contains(part.Blob.File)))
            {
                _uploads[upload.UploadId] = new Entry(upload, parts);
            }
            else
            {
                // A crash between the object's record and the end of its upload: the object stands.
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    /// <summary>The files that belong to a part.</summary>
    public IEnumerable<string> Files() => _uploads.Values.SelectMany(entry => entry.Parts.Values).Select(part => part.Blob.File);

    public PendingUpload Create(string key, ObjectHeaders headers)
    {
        var upload = new PendingUpload(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)), key, _time.GetUtcNow(), headers);
        var folder = Path.Combine(_directory, upload.UploadId);
        lock (_gate)
        {
            Directory.CreateDirectory(PartsOf(folder));
            JsonFiles.Write(RecordOf(folder), upload);
            _uploads[upload.UploadId] = new Entry(upload, []);
            return upload;
        }
    }

    public (PendingUpload Upload, IReadOnlyList<UploadedPart> Parts)? Find(string uploadId, string key)
    {
        lock (_gate)
        {
            return Visible(uploadId, key) is { } entry ? (entry.Upload, [.. entry.Parts.Values]) : null;
        }
    }

    public IReadOnlyList<PendingUpload> List(string prefix)
    {
        lock (_gate)
        {
            return [.. _uploads.Values.Select(entry => entry.Upload)
                .Where(upload => upload.Key.StartsWith(prefix, StringComparison.Ordinal)
                    && Visible(upload.UploadId, upload.Key) is not null)
                .OrderBy(upload => upload.Key, Utf8Order.Instance).ThenBy(upload => upload.UploadId, StringComparer.Ordinal)];
        }
    }

    public R2Error? PutPart(string uploadId, string key, int partNumber, Blob blob)
    {
        lock (_gate)
        {
            if (Visible(uploadId, key) is not { } entry)
            {
                _objects.Blobs.Delete(blob.File);
                return R2Error.NoSuchUpload;
            }

            var part = new UploadedPart(partNumber, blob, _time.GetUtcNow());
            var folder = Path.Combine(_directory, uploadId);
            JsonFiles.Write(Path.Combine(PartsOf(folder), partNumber.ToString(CultureInfo.InvariantCulture)), part);
            if (entry.Parts.TryGetValue(partNumber, out var old))
            {
                _objects.Blobs.Delete(old.Blob.File);
            }

            entry.Parts[partNumber] = part;
            return null;
        }
    }

    public R2Error? Abort(string uploadId, string key)
    {
        lock (_gate)
        {
            if (Visible(uploadId, key) is not { } entry)
            {
                return R2Error.NoSuchUpload;
            }

            End(entry, keep: []);
            return null;
        }
    }

    public (R2Error? Error, StoredObject? Stored) Complete(
        string uploadId, string key, IReadOnlyList<(int PartNumber, string ETag)> wanted, Func<StoredObject?, R2Error?> precondition)
    {
        lock (_gate)
        {
            if (Visible(uploadId, key) is not { } entry)
            {
                return (R2Error.NoSuchUpload, null);
            }

            var parts = new List<Blob>();
            foreach (var (number, etag) in wanted.OrderBy(part => part.PartNumber))
            {
                if (!entry.Parts.TryGetValue(number, out var part) || part.Blob.ETag.Trim('"') != etag.Trim('"')
                    || parts.Contains(part.Blob))
                {
                    return (R2Error.InvalidPart, null);
                }

                parts.Add(part.Blob);
            }

            if (CheckSizes(parts) is { } error)
            {
                return (error, null);
            }

            var stored = new StoredObject(key, parts.Sum(part => part.SizeBytes), MultipartETag(parts), _time.GetUtcNow(),
                entry.Upload.Headers, [.. parts.Select(part => part.Segment)]);
            if (_objects.Put(stored, precondition) is { } refused)
            {
                // R2 takes a failed condition at completion as an abort.
                End(entry, keep: []);
                return (refused, null);
            }

            End(entry, keep: [.. parts.Select(part => part.File)]);
            return (null, stored);
        }
    }

    public void AbortExpired()
    {
        lock (_gate)
        {
            foreach (var entry in _uploads.Values.Where(entry => Visible(entry.Upload.UploadId, entry.Upload.Key) is null).ToList())
            {
                End(entry, keep: []);
            }
        }
    }

    private static R2Error? CheckSizes(List<Blob> parts) =>
        parts.SkipLast(1).Any(part => part.SizeBytes < MinPartBytes) ? R2Error.EntityTooSmall
        : parts.SkipLast(1).Any(part => part.SizeBytes != parts[0].SizeBytes) || parts[^1].SizeBytes > parts[0].SizeBytes
            ? R2Error.UnequalParts
        : null;

    private static string MultipartETag(List<Blob> parts)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        parts.ForEach(part => md5.AppendData(part.Md5));
        return $"\"{SigV4.Hex(md5.GetHashAndReset())}-{parts.Count}\"";
    }

    private Entry? Visible(string uploadId, string key) => _uploads.TryGetValue(uploadId, out var entry) && entry.Upload.Key == key
        && !(_settings.Lifecycle.ExpiryOf(entry.Upload) <= _time.GetUtcNow()) ? entry : null;

    private void End(Entry entry, HashSet<string> keep)
    {
        Directory.Delete(Path.Combine(_directory, entry.Upload.UploadId), recursive: true);
        _uploads.Remove(entry.Upload.UploadId);
        foreach (var part in entry.Parts.Values.Where(part => !keep.Contains(part.Blob.File)))
        {
            _objects.Blobs.Delete(part.Blob.File);
        }
    }

    private static string RecordOf(string folder) => Path.Combine(folder, "upload.json");

    private static string PartsOf(string folder) => Path.Combine(folder, "parts");

    private sealed class Entry(PendingUpload upload, IEnumerable<UploadedPart> parts)
    {
        public PendingUpload Upload { get; } = upload;

        public SortedDictionary<int, UploadedPart> Parts { get; } = new(parts.ToDictionary(part => part.PartNumber));
    }
}

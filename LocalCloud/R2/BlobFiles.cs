using System.Buffers;
using System.Security.Cryptography;

namespace ReelBallers.LocalCloud.R2;

/// <summary>
/// The files that hold bytes. Each has a random name, so no key of a caller ever becomes a path; what no metadata names
/// (an upload that was cut off, an object replaced just before a crash) is removed at the next start.
/// </summary>
internal sealed class BlobFiles
{
    private const int BufferBytes = 128 * 1024;

    private readonly string _directory;

    public BlobFiles(string directory)
    {
        _directory = directory;
        Directory.CreateDirectory(directory);
    }

    public string PathOf(string file) => Path.Combine(_directory, file);

    /// <summary>Streams a body into a file, and checks it against what the caller promised of it.</summary>
    public async Task<(R2Error? Error, Blob? Blob)> ReceiveAsync(
        Stream body, string payloadHash, byte[]? contentMd5, CancellationToken cancellationToken)
    {
        var file = Guid.NewGuid().ToString("N");
        try
        {
            var (blob, sha256) = await WriteAsync(file, body, payloadHash != SigV4.UnsignedPayload, cancellationToken);
            var error =
                sha256 is not null && SigV4.Hex(sha256) != payloadHash ? R2Error.ContentSha256Mismatch
                : contentMd5 is not null && !contentMd5.AsSpan().SequenceEqual(blob.Md5) ? R2Error.BadDigest
                : null;
            if (error is not null)
            {
                Delete(file);
                return (error, null);
            }

            return (null, blob);
        }
        catch
        {
            Delete(file);
            throw;
        }
    }

    /// <summary>Another name for the same bytes, which never change once they are written.</summary>
    public Segment Copy(Segment segment)
    {
        var file = Guid.NewGuid().ToString("N");
        File.Copy(PathOf(segment.File), PathOf(file));
        return segment with { File = file };
    }

    public void Delete(string file) => File.Delete(PathOf(file));

    public void DeleteAllBut(IReadOnlySet<string> files)
    {
        foreach (var path in Directory.EnumerateFiles(_directory))
        {
            if (!files.Contains(Path.GetFileName(path)))
            {
                File.Delete(path);
            }
        }
    }

    private async Task<(Blob Blob, byte[]? Sha256)> WriteAsync(
        string file, Stream body, bool withSha256, CancellationToken cancellationToken)
    {
        // The protocol's ETag is an MD5: it names bytes and protects nothing.
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        using var sha256 = withSha256 ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
        await using var target = new FileStream(PathOf(file), FileMode.CreateNew, FileAccess.Write, FileShare.Read, 1, useAsync: true);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            long size = 0;
            int count;
            while ((count = await body.ReadAsync(buffer, cancellationToken)) > 0)
            {
                md5.AppendData(buffer, 0, count);
                sha256?.AppendData(buffer, 0, count);
                await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                size += count;
            }

            return (new Blob(file, size, md5.GetHashAndReset()), sha256?.GetHashAndReset());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

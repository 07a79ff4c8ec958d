using System.Buffers.Binary;
using System.Net;
using ReelBallers.TestKit;

namespace ReelBallers.Storage.Tests;

/// <summary>A short MP4 that is as long as wanted: a box <c>free</c> fills the rest, and is never in memory as a whole.</summary>
internal sealed class PaddedVideo
{
    private const int BoxHeaderBytes = 16;

    private readonly byte[] _start;

    private PaddedVideo(byte[] start, long sizeBytes) => (_start, SizeBytes) = (start, sizeBytes);

    public long SizeBytes { get; }

    public static async Task<PaddedVideo> MakeAsync(long sizeBytes)
    {
        var path = Path.Combine(Path.GetTempPath(), $"reelballers-{Guid.NewGuid():N}.mp4");
        try
        {
            await TestVideo.RedAndBlueAsync(path, 320, 180, 2);
            var video = await File.ReadAllBytesAsync(path);
            var header = new byte[BoxHeaderBytes];
            BinaryPrimitives.WriteInt32BigEndian(header, 1); // The size is 64 bits long and follows the type.
            "free"u8.CopyTo(header.AsSpan(4));
            BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(8), sizeBytes - video.Length);
            return new PaddedVideo([.. video, .. header], sizeBytes);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>A range of it, to be sent; it breaks off after so many bytes, if that is given.</summary>
    public HttpContent Range(long from, long length, long? breakAfter = null) => new RangeContent(this, from, length, breakAfter);

    /// <summary>The bytes from there on.</summary>
    public void Read(long from, Span<byte> buffer)
    {
        for (var at = 0; at < buffer.Length; at++)
        {
            buffer[at] = from + at < _start.Length ? _start[from + at] : (byte)((from + at) % 251);
        }
    }

    private sealed class RangeContent(PaddedVideo video, long from, long length, long? breakAfter) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var buffer = new byte[64 * 1024];
            for (long at = 0; at < length; at += buffer.Length)
            {
                if (at >= breakAfter)
                {
                    throw new IOException("The connection of the browser broke off.");
                }
                var count = (int)Math.Min(buffer.Length, length - at);
                video.Read(from + at, buffer.AsSpan(0, count));
                await stream.WriteAsync(buffer.AsMemory(0, count));
            }
        }

        protected override bool TryComputeLength(out long size)
        {
            size = length;
            return true;
        }
    }
}

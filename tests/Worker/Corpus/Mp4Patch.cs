using System.Buffers.Binary;
using System.Text;

namespace ReelBallers.Worker.Tests;

/// <summary>Changes in an MP4 what ffmpeg cannot write.</summary>
internal static class Mp4Patch
{
    /// <summary>Sets the matrix by which players turn and mirror the picture: what becomes of x and of y.</summary>
    public static byte[] Turn(byte[] file, int a, int b, int c, int d)
    {
        var patched = file.ToArray();
        var matrix = Find(patched, "tkhd") + 4 + 40;
        int[] values = [a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 1 << 30];
        foreach (var (index, value) in values.Index())
        {
            BinaryPrimitives.WriteInt32BigEndian(patched.AsSpan(matrix + (index * 4)), value);
        }

        return patched;
    }

    /// <summary>Gives the first sound a codec that is not known.</summary>
    public static byte[] ForgetFirstSound(byte[] file)
    {
        var patched = file.ToArray();
        "apac"u8.CopyTo(patched.AsSpan(Find(patched, "mp4a")));
        // The description of the codec would give it away.
        "free"u8.CopyTo(patched.AsSpan(Find(patched, "esds")));
        return patched;
    }

    /// <summary>Moves the cover picture before the tracks, so that it becomes stream 0. The size of the index stays as it is.</summary>
    public static byte[] MoveCoverToFront(byte[] file)
    {
        var (moov, track, cover) = (Find(file, "moov") - 4, Find(file, "trak") - 4, Find(file, "udta") - 4);
        var coverEnd = cover + BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(cover));
        Assert.Equal(moov + BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(moov)), coverEnd);
        return [.. file[..track], .. file[cover..coverEnd], .. file[track..cover], .. file[coverEnd..]];
    }

    private static int Find(byte[] file, string name)
    {
        var at = file.AsSpan().IndexOf(Encoding.ASCII.GetBytes(name));
        Assert.True(at > 0, $"there is no {name}");
        return at;
    }
}

namespace ReelBallers.TestKit;

/// <summary>Files for tests that store videos without playing them.</summary>
public static class SampleBytes
{
    // A box "ftyp" as an MP4 begins with.
    private static readonly byte[] Mp4Start = [0, 0, 0, 24, .. "ftypisom"u8, 0, 0, 2, 0, .. "isommp41"u8];
    private static readonly byte[] MatroskaStart = [0x1A, 0x45, 0xDF, 0xA3, 0x9F, 0x42, 0x86, 0x81, 0x01];

    /// <summary>Begins as an MP4 does (from 8 bytes on) and goes on with noise that is the same for each length.</summary>
    public static byte[] Mp4(int length) => Start(Mp4Start, length);

    /// <summary>Begins as a WebM or Matroska file does.</summary>
    public static byte[] Matroska(int length) => Start(MatroskaStart, length);

    private static byte[] Start(byte[] start, int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        start.AsSpan(0, Math.Min(length, start.Length)).CopyTo(bytes);
        return bytes;
    }
}

namespace ReelBallers.Worker.Tests;

/// <summary>Pictures without any regularity, that are the same in every run.</summary>
internal static class Noise
{
    public static byte[] Picture(FrameSize size, int seed = 1)
    {
        var pixels = new byte[size.Width * size.Height * 3];
        new Random(seed).NextBytes(pixels);
        return pixels;
    }
}

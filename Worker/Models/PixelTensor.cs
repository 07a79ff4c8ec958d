namespace ReelBallers.Worker;

/// <summary>Turns parts of packed RGB pictures into a model's planes of numbers and back.</summary>
internal sealed class PixelTensor
{
    private readonly float[] _numbers = new float[256];
    private readonly int[] _planes;
    private readonly float _black;
    private readonly float _scale;

    public PixelTensor(ModelDescription model)
    {
        var (black, white) = (model.Range[0], model.Range[1]);
        for (var value = 0; value < _numbers.Length; value++)
        {
            _numbers[value] = (float)(black + (value * (white - black) / 255));
        }

        _black = (float)black;
        _scale = (float)(255 / (white - black));
        _planes = model.ColorOrder == ColorOrder.Rgb ? [0, 1, 2] : [2, 1, 0];
    }

    /// <summary>Fills the planes of one tile. Outside the picture its edge is repeated.</summary>
    public void Read(byte[] picture, FrameSize size, int left, int top, FrameSize tile, Span<float> planes)
    {
        var plane = tile.Width * tile.Height;
        for (var y = 0; y < tile.Height; y++)
        {
            var row = picture.AsSpan(Math.Min(top + y, size.Height - 1) * size.Width * 3, size.Width * 3);
            for (var color = 0; color < 3; color++)
            {
                var target = planes.Slice((_planes[color] * plane) + (y * tile.Width), tile.Width);
                for (var x = 0; x < target.Length; x++)
                {
                    target[x] = _numbers[row[(Math.Min(left + x, size.Width - 1) * 3) + color]];
                }
            }
        }
    }

    /// <summary>Writes a row of a tile's planes as packed pixels.</summary>
    public void WriteRow(ReadOnlySpan<float> planes, int plane, int offset, Span<byte> pixels)
    {
        for (var color = 0; color < 3; color++)
        {
            var values = planes.Slice((_planes[color] * plane) + offset, pixels.Length / 3);
            for (var x = 0; x < values.Length; x++)
            {
                pixels[(x * 3) + color] = (byte)Math.Clamp(((values[x] - _black) * _scale) + 0.5f, 0, 255);
            }
        }
    }
}

namespace ReelBallers.Worker;

/// <summary>
/// Puts tiles together, which come row by row from the left. Where two overlap, one fades into the other, away from the edges of
/// both: a model knows less at the edge of a tile.
/// </summary>
internal sealed class TileCanvas(TilePlan plan, FrameSize picture, ModelDescription model, PixelTensor pixels)
{
    private readonly int _factor = model.Factor;
    private readonly int _width = picture.Width * model.Factor;
    private readonly byte[] _band = new byte[Math.Min(plan.Tile.Height, picture.Height) * model.Factor * picture.Width * model.Factor * 3];
    private readonly byte[] _row = new byte[Math.Min(plan.Tile.Width, picture.Width) * model.Factor * 3];

    public void Add(int index, ReadOnlySpan<float> planes, byte[] result)
    {
        var (row, column) = Math.DivRem(index, plan.Columns.Count);
        var left = plan.Columns[column] * _factor;
        var plane = plan.Tile.Width * _factor * plan.Tile.Height * _factor;
        for (var y = 0; y < BandRows; y++)
        {
            pixels.WriteRow(planes, plane, y * plan.Tile.Width * _factor, _row);
            FadeIn(_row, _band.AsSpan(((y * _width) + left) * 3, _row.Length), column == 0);
        }

        if (column == plan.Columns.Count - 1)
        {
            AddBand(row, result);
        }
    }

    private int BandRows => Math.Min(plan.Tile.Height, picture.Height) * _factor;

    private void FadeIn(ReadOnlySpan<byte> row, Span<byte> target, bool isFirst)
    {
        var (begin, end) = isFirst ? (0, 0) : Ramp();
        for (var x = begin; x < end; x++)
        {
            var share = Share(x, begin, end);
            for (var at = x * 3; at < (x * 3) + 3; at++)
            {
                target[at] = Mix(target[at], row[at], share);
            }
        }

        row[(end * 3)..].CopyTo(target[(end * 3)..]);
    }

    private void AddBand(int row, byte[] result)
    {
        var (begin, end) = row == 0 ? (0, 0) : Ramp();
        var length = _width * 3;
        for (var y = begin; y < BandRows; y++)
        {
            var source = _band.AsSpan(y * length, length);
            var target = result.AsSpan(((plan.Rows[row] * _factor) + y) * length, length);
            if (y >= end)
            {
                source.CopyTo(target);
                continue;
            }

            var share = Share(y, begin, end);
            for (var at = 0; at < length; at++)
            {
                target[at] = Mix(target[at], source[at], share);
            }
        }
    }

    /// <summary>Neighbours share at least twice the overlap; the middle half of that is where one fades into the other.</summary>
    private (int Begin, int End) Ramp()
    {
        var overlap = model.Overlap * _factor;
        return (overlap / 2, overlap / 2 + overlap);
    }

    private static float Share(int at, int begin, int end) => (at - begin + 0.5f) / (end - begin);

    private static byte Mix(byte old, byte added, float share) => (byte)(old + ((added - old) * share) + 0.5f);
}

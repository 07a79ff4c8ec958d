namespace ReelBallers.Worker;

/// <summary>What the subject looks like: brightness around its mean.</summary>
internal sealed class Template
{
    private readonly float[] _pixels;

    public Template(int columns, int rows, float[] pixels)
    {
        (Columns, Rows) = (columns, rows);
        var mean = pixels.Average();
        _pixels = [.. pixels.Select(pixel => pixel - mean)];
        Norm = Math.Sqrt(_pixels.Sum(pixel => (double)pixel * pixel));
    }

    public int Columns { get; }

    public int Rows { get; }

    public double Norm { get; }

    public ReadOnlySpan<float> Row(int row) => _pixels.AsSpan(row * Columns, Columns);

    /// <summary>The same subject in another size.</summary>
    public Template Scaled(int columns, int rows)
    {
        var pixels = new float[columns * rows];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                pixels[(row * columns) + column] = _pixels[(row * Rows / rows * Columns) + (column * Columns / columns)];
            }
        }

        return new Template(columns, rows, pixels);
    }

    /// <summary>A little of what it looks like now, so that turning and light are followed.</summary>
    public Template Toward(Template now)
    {
        const float Share = 0.15f;
        return new Template(Columns, Rows, [.. _pixels.Zip(now._pixels, (old, current) => (old * (1 - Share)) + (current * Share))]);
    }
}

using System.Numerics;

namespace ReelBallers.Worker;

/// <summary>A small picture of brightness, with sums by which any rectangle's mean and contrast are known at once.</summary>
internal sealed class GrayFrame
{
    private readonly float[] _pixels;
    private readonly double[] _sums;
    private readonly double[] _squares;

    public GrayFrame(int width, int height, ReadOnlySpan<byte> pixels)
    {
        (Width, Height) = (width, height);
        _pixels = new float[width * height];
        _sums = new double[(width + 1) * (height + 1)];
        _squares = new double[(width + 1) * (height + 1)];
        for (var y = 0; y < height; y++)
        {
            double rowSum = 0, rowSquares = 0;
            for (var x = 0; x < width; x++)
            {
                var value = (float)pixels[(y * width) + x];
                _pixels[(y * width) + x] = value;
                rowSum += value;
                rowSquares += value * value;
                var at = ((y + 1) * (width + 1)) + x + 1;
                _sums[at] = _sums[at - width - 1] + rowSum;
                _squares[at] = _squares[at - width - 1] + rowSquares;
            }
        }
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>A part of the picture, scaled to a size (each pixel between its neighbours).</summary>
    public Template Cut(double left, double top, double width, double height, int columns, int rows)
    {
        var pixels = new float[columns * rows];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                pixels[(row * columns) + column] = Between(
                    left + ((column + 0.5) * width / columns) - 0.5, top + ((row + 0.5) * height / rows) - 0.5);
            }
        }

        return new Template(columns, rows, pixels);
    }

    /// <summary>How alike the template and the picture at a place are: 1 when equal but for brightness and contrast.</summary>
    public double Likeness(Template template, int left, int top)
    {
        var (columns, rows) = (template.Columns, template.Rows);
        var count = (double)columns * rows;
        var sum = Sum(_sums, left, top, columns, rows);
        var variance = Sum(_squares, left, top, columns, rows) - (sum * sum / count);
        if (variance < count || template.Norm < Math.Sqrt(count))
        {
            // A plain area is like everything.
            return 0;
        }

        float product = 0;
        for (var row = 0; row < rows; row++)
        {
            product += Dot(template.Row(row), _pixels.AsSpan(((top + row) * Width) + left, columns));
        }

        return product / (template.Norm * Math.Sqrt(variance));
    }

    private double Sum(double[] sums, int left, int top, int columns, int rows)
    {
        var (above, below) = (top * (Width + 1), (top + rows) * (Width + 1));
        return sums[below + left + columns] - sums[below + left] - sums[above + left + columns] + sums[above + left];
    }

    private float Between(double x, double y)
    {
        var (left, top) = ((int)Math.Floor(x), (int)Math.Floor(y));
        var (right, below) = ((float)(x - left), (float)(y - top));
        return (At(left, top) * (1 - right) * (1 - below)) + (At(left + 1, top) * right * (1 - below))
            + (At(left, top + 1) * (1 - right) * below) + (At(left + 1, top + 1) * right * below);
    }

    private float At(int x, int y) => _pixels[(Math.Clamp(y, 0, Height - 1) * Width) + Math.Clamp(x, 0, Width - 1)];

    private static float Dot(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        var sums = Vector<float>.Zero;
        var i = 0;
        for (; i <= one.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            sums += new Vector<float>(one[i..]) * new Vector<float>(other[i..]);
        }

        var sum = Vector.Sum(sums);
        for (; i < one.Length; i++)
        {
            sum += one[i] * other[i];
        }

        return sum;
    }
}

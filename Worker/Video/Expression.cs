using System.Globalization;

namespace ReelBallers.Worker;

/// <summary>Writes ffmpeg's arithmetic. Only numbers are written, so that no input can break out of a filter.</summary>
internal static class Expression
{
    public static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    /// <summary>
    /// A value that is interpolated linearly between the points (ascending in time), and constant before the first and after the last.
    /// The filter calls the seconds <paramref name="time"/>.
    /// </summary>
    public static string Through(IReadOnlyList<(double Time, double Value)> points, string time)
    {
        if (points.All(point => point.Value == points[0].Value))
        {
            return Number(points[0].Value);
        }

        return $"if(lt({time},{Number(points[0].Time)}),{Number(points[0].Value)},{Segments(points, 0, points.Count - 1, time)})";
    }

    // A search tree instead of a sum of all segments: ffmpeg rejects expressions nested deeper than about a hundred.
    private static string Segments(IReadOnlyList<(double Time, double Value)> points, int first, int last, string time)
    {
        if (first == last)
        {
            return Segment(points, first, time);
        }

        var middle = (first + last + 1) / 2;
        return $"if(lt({time},{Number(points[middle].Time)}),{Segments(points, first, middle - 1, time)},"
            + $"{Segments(points, middle, last, time)})";
    }

    private static string Segment(IReadOnlyList<(double Time, double Value)> points, int index, string time)
    {
        var (start, value) = points[index];
        if (index == points.Count - 1 || points[index + 1].Value == value)
        {
            return Number(value);
        }

        var slope = (points[index + 1].Value - value) / (points[index + 1].Time - start);
        return $"{Number(value)}+({Number(slope)})*({time}-{Number(start)})";
    }
}

namespace ReelBallers.Worker;

/// <summary>
/// Follows a subject from frame to frame by what it looked like, at first and lately, near where its motion leads. When nothing is
/// alike it is lost, and looked for in the whole picture by its first look.
/// </summary>
internal sealed class TemplateTracker
{
    private const double AlikeEnough = 0.55;
    private const double AlikeEnoughToLearn = 0.75;
    private const double AlikeEnoughToReturn = 0.7;

    private static readonly double[] Scales = [1, 0.95, 1.05];

    private readonly Template _first;
    private Template _recent;
    private double _x;
    private double _y;
    private double _speedX;
    private double _speedY;
    private double _scale = 1;
    private int _framesLost;

    /// <param name="frame">The frame in which the box is.</param>
    /// <param name="left">The box, in pixels of the frame.</param>
    /// <param name="top">Its upper side.</param>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    /// <exception cref="JobFailedException">There is nothing in the box that could be recognized.</exception>
    public TemplateTracker(GrayFrame frame, double left, double top, double width, double height)
    {
        _first = frame.Cut(left, top, width, height, Math.Max(6, (int)Math.Round(width)), Math.Max(6, (int)Math.Round(height)));
        if (_first.Norm < 4 * Math.Sqrt(_first.Columns * _first.Rows))
        {
            throw new JobFailedException("input.track has nothing in it that could be followed: the box is a plain area");
        }

        _recent = _first;
        (_x, _y) = (left + (width / 2), top + (height / 2));
    }

    /// <returns>The subject's centre; null while it is lost.</returns>
    public (double X, double Y)? Next(GrayFrame frame)
    {
        var found = _framesLost == 0 ? Near(frame) : Anywhere(frame);
        if (found is not { } place)
        {
            _framesLost++;
            return null;
        }

        if (_framesLost == 0)
        {
            (_speedX, _speedY) = ((_speedX + place.X - _x) / 2, (_speedY + place.Y - _y) / 2);
        }
        else
        {
            (_speedX, _speedY) = (0, 0);
        }

        (_x, _y, _scale, _framesLost) = (place.X, place.Y, place.Scale, 0);
        if (place.Likeness > AlikeEnoughToLearn)
        {
            var (width, height) = (_first.Columns * _scale, _first.Rows * _scale);
            _recent = _recent.Toward(frame.Cut(_x - (width / 2), _y - (height / 2), width, height, _first.Columns, _first.Rows));
        }

        return (_x, _y);
    }

    private Place? Near(GrayFrame frame)
    {
        var reach = (int)(Math.Max(_first.Columns, _first.Rows) * _scale) + 4;
        var (x, y) = (_x + _speedX, _y + _speedY);
        Place? best = null;
        foreach (var scale in Scales.Select(scale => Math.Clamp(_scale * scale, 0.4, 2.5)))
        {
            foreach (var look in new[] { _recent, _first })
            {
                var template = Sized(look, scale);
                var coarse = Best(frame, template, x, y, reach, 2);
                var fine = coarse is { } near ? Best(frame, template, near.X, near.Y, 1, 1) : null;
                // Another size must be clearly better, or the box would breathe.
                var bonus = scale == _scale ? 0.02 : 0;
                if (fine is { } place && place.Likeness + bonus > (best?.Likeness ?? AlikeEnough))
                {
                    best = place with { Scale = scale, Likeness = place.Likeness };
                }
            }
        }

        return best;
    }

    private Place? Anywhere(GrayFrame frame)
    {
        var template = Sized(_first, _scale);
        var coarse = Best(frame, template, frame.Width / 2.0, frame.Height / 2.0, Math.Max(frame.Width, frame.Height), 3);
        return coarse is { } near && Best(frame, template, near.X, near.Y, 2, 1) is { } place && place.Likeness > AlikeEnoughToReturn
            ? place with { Scale = _scale }
            : null;
    }

    private static Template Sized(Template look, double scale) => scale == 1
        ? look
        : look.Scaled(Math.Max(6, (int)Math.Round(look.Columns * scale)), Math.Max(6, (int)Math.Round(look.Rows * scale)));

    private static Place? Best(GrayFrame frame, Template template, double x, double y, int reach, int step)
    {
        var (left, top) = ((int)Math.Round(x - (template.Columns / 2.0)), (int)Math.Round(y - (template.Rows / 2.0)));
        Place? best = null;
        for (var at = Math.Max(0, top - reach); at <= Math.Min(frame.Height - template.Rows, top + reach); at += step)
        {
            for (var from = Math.Max(0, left - reach); from <= Math.Min(frame.Width - template.Columns, left + reach); from += step)
            {
                var likeness = frame.Likeness(template, from, at);
                if (likeness > (best?.Likeness ?? 0))
                {
                    best = new Place(from + (template.Columns / 2.0), at + (template.Rows / 2.0), 1, likeness);
                }
            }
        }

        return best;
    }

    private readonly record struct Place(double X, double Y, double Scale, double Likeness);
}

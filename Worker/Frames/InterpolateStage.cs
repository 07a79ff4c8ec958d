namespace ReelBallers.Worker;

/// <summary>
/// Makes a video of a steady frame rate: a picture whose time is between those of two others is made by the model. Across a cut and in
/// a pause of the recording, the nearest picture is shown instead of a mixture.
/// </summary>
internal sealed class InterpolateStage : IFrameStage
{
    private const double LongestGapSeconds = 0.5;

    /// <summary>A result this near to a picture, as a share of the way to the next one, is that picture.</summary>
    private const double Near = 0.02;

    /// <summary>A model that makes only the middle is asked again for the middle of the half: down to sixteenths.</summary>
    private const int MostHalvings = 4;

    /// <summary>The mean difference of two pictures across a cut, of 255.</summary>
    private const int CutDifference = 56;

    private const int SampleEvery = 61;

    private readonly TiledModel _model;
    private readonly bool _takesTime;
    private readonly double _ticks;
    private readonly byte[][] _results;
    private TimedPicture? _last;
    private long _gap;
    private long _begin;
    private long _shown;

    public InterpolateStage(LoadedModel model, FrameSize size, double targetRate, double sourceRate)
    {
        _model = new TiledModel(model, size);
        _takesTime = model.TakesTime;
        _ticks = NutWriter.Clock / targetRate;
        _gap = (long)(NutWriter.Clock / sourceRate);
        _results = [.. Enumerable.Range(0, _takesTime ? 1 : MostHalvings).Select(_ => new byte[_model.ResultBytes])];
    }

    public FrameSize ResultSize => _model.ResultSize;

    public IEnumerable<TimedPicture> Next(TimedPicture picture, CancellationToken cancellationToken)
    {
        if (_last is not { } last)
        {
            (_begin, _last) = (picture.Time, picture);
            yield break;
        }

        _gap = picture.Time - last.Time;
        var canMix = _gap <= LongestGapSeconds * NutWriter.Clock && IsAlike(last.Pixels, picture.Pixels);
        for (var time = NextTime(); time < picture.Time; time = NextTime())
        {
            yield return new TimedPicture(time, Between(last, picture, (double)(time - last.Time) / _gap, canMix, cancellationToken));
            _shown++;
        }

        _last = picture;
    }

    /// <summary>The last picture stays as long as the one before did.</summary>
    public IEnumerable<TimedPicture> End()
    {
        if (_last is not { } last)
        {
            yield break;
        }

        var end = last.Time + Math.Min(_gap, (long)(LongestGapSeconds * NutWriter.Clock));
        for (var time = NextTime(); time < end || _shown == 0; time = NextTime())
        {
            yield return new TimedPicture(time, last.Pixels);
            _shown++;
        }
    }

    private long NextTime() => _begin + (long)Math.Round(_shown * _ticks);

    private byte[] Between(TimedPicture first, TimedPicture second, double share, bool canMix, CancellationToken cancellationToken)
    {
        if (!canMix || share < Near || share > 1 - Near)
        {
            return share < 0.5 ? first.Pixels : second.Pixels;
        }

        if (_takesTime)
        {
            _model.Run([first.Pixels, second.Pixels], (float)share, _results[0], cancellationToken);
            return _results[0];
        }

        var (from, to, low, high) = (first.Pixels, second.Pixels, 0.0, 1.0);
        foreach (var result in _results)
        {
            _model.Run([from, to], 0.5f, result, cancellationToken);
            var middle = (low + high) / 2;
            if (Math.Abs(share - middle) <= (double)1 / (1 << (MostHalvings + 1)))
            {
                return result;
            }

            (from, to, low, high) = share < middle ? (from, result, low, middle) : (result, to, middle, high);
        }

        return _results[^1];
    }

    private static bool IsAlike(byte[] one, byte[] other)
    {
        var (difference, count) = (0L, 0);
        for (var at = 0; at < one.Length; at += SampleEvery)
        {
            difference += Math.Abs(one[at] - other[at]);
            count++;
        }

        return difference <= (long)CutDifference * count;
    }
}

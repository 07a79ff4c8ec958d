namespace ReelBallers.Worker;

/// <summary>Makes each picture larger, and keeps its time. A picture that is the same as the one before costs nothing.</summary>
internal sealed class UpscaleStage : IFrameStage
{
    private readonly TiledModel _model;
    private readonly byte[] _result;
    private byte[]? _last;

    public UpscaleStage(LoadedModel model, FrameSize size)
    {
        _model = new TiledModel(model, size);
        _result = new byte[_model.ResultBytes];
    }

    public FrameSize ResultSize => _model.ResultSize;

    public IEnumerable<TimedPicture> Next(TimedPicture picture, CancellationToken cancellationToken)
    {
        if (_last is null || !picture.Pixels.AsSpan().SequenceEqual(_last))
        {
            _model.Run([picture.Pixels], 0, _result, cancellationToken);
        }

        _last = picture.Pixels;
        yield return picture with { Pixels = _result };
    }

    public IEnumerable<TimedPicture> End() => [];
}

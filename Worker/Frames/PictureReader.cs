namespace ReelBallers.Worker;

/// <summary>Reads the decoder's pictures into two buffers in turn, so that a picture is there as long as the next one.</summary>
internal sealed class PictureReader(Stream stream, FrameSize size)
{
    private readonly NutReader _reader = new(stream);
    private readonly byte[][] _buffers = [new byte[size.Width * size.Height * 3], new byte[size.Width * size.Height * 3]];
    private int _next;

    /// <returns>Null at the end.</returns>
    public async Task<TimedPicture?> NextAsync(CancellationToken cancellationToken)
    {
        var buffer = _buffers[_next];
        _next = 1 - _next;
        return await _reader.ReadAsync(buffer, cancellationToken) is { } time
            ? new TimedPicture(time - (FrameFilters.OffsetSeconds * NutWriter.Clock), buffer)
            : null;
    }
}

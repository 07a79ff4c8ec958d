using System.Buffers.Binary;

namespace ReelBallers.Worker;

/// <summary>Reads raw pictures with their times that ffmpeg writes.</summary>
internal sealed class NutReader(Stream stream)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly FrameCode[] _codes = new FrameCode[256];
    private readonly List<byte[]> _headers = [[]];
    private int _at;
    private int _end;
    private int _timeBits;
    private long _lastTime;
    private (long Above, long Below) _timeBase = (1, 1);
    private bool _hasBegun;

    /// <summary>Reads the next picture into a buffer of its size.</summary>
    /// <returns>Its time in ticks of <see cref="NutWriter.Clock"/>; null at the end, also in the middle of a picture.</returns>
    /// <exception cref="InvalidDataException">It is not NUT, or its pictures have another size.</exception>
    public async Task<long?> ReadAsync(byte[] picture, CancellationToken cancellationToken)
    {
        try
        {
            if (!_hasBegun)
            {
                await SkipAsync(NutFormat.FileId.Length, cancellationToken);
                _hasBegun = true;
            }

            while (true)
            {
                var first = await ByteAsync(cancellationToken);
                if (first != 'N')
                {
                    return await FrameAsync(first, picture, cancellationToken);
                }

                await PacketAsync(cancellationToken);
            }
        }
        catch (EndOfStreamException)
        {
            return null;
        }
    }

    private async Task PacketAsync(CancellationToken cancellationToken)
    {
        var start = new byte[8];
        start[0] = (byte)'N';
        await ExactlyAsync(start.AsMemory(1), cancellationToken);
        var length = (int)await NumberAsync(cancellationToken);
        if (length > NutFormat.LargestWithHeader)
        {
            await SkipAsync(4, cancellationToken);
        }

        var content = new byte[length];
        await ExactlyAsync(content, cancellationToken);
        switch (BinaryPrimitives.ReadUInt64BigEndian(start))
        {
            case NutFormat.Main:
                ReadMain(new NutFields(content));
                break;
            case NutFormat.Stream:
                ReadStream(new NutFields(content));
                break;
            case NutFormat.SyncPoint:
                // There is one stream and one time base: the time is that of the next frame.
                _lastTime = new NutFields(content).Number();
                break;
        }
    }

    private void ReadMain(NutFields fields)
    {
        var version = fields.Number();
        if (version > 3)
        {
            fields.Number();
        }

        fields.Number();
        fields.Number();
        if (fields.Number() != 1)
        {
            throw new InvalidDataException("more than one time base");
        }

        _timeBase = (fields.Number(), fields.Number());
        FrameCode.ReadAll(fields, _codes);
        _headers.RemoveRange(1, _headers.Count - 1);
        for (var left = fields.Number(); left > 0; left--)
        {
            _headers.Add(fields.Bytes());
        }
    }

    private void ReadStream(NutFields fields)
    {
        fields.Number();
        fields.Number();
        fields.Bytes();
        fields.Number();
        _timeBits = (int)fields.Number();
    }

    private async Task<long> FrameAsync(byte code, byte[] picture, CancellationToken cancellationToken)
    {
        var (flags, delta, factor, lower, reserved, headerIndex) = _codes[code];
        if ((flags & NutFormat.InvalidFlag) != 0)
        {
            throw new InvalidDataException("an invalid frame code");
        }

        async Task<long> FieldAsync(int flag, long otherwise) =>
            (flags & flag) != 0 ? await NumberAsync(cancellationToken) : otherwise;
        flags ^= (int)await FieldAsync(NutFormat.CodedFlagsFlag, 0);
        await FieldAsync(NutFormat.StreamFlag, 0);
        var time = (flags & NutFormat.CodedTimeFlag) != 0 ? TimeOf(await NumberAsync(cancellationToken)) : _lastTime + delta;
        var size = lower + ((await FieldAsync(NutFormat.SizeFlag, 0)) * factor);
        await FieldAsync(NutFormat.MatchTimeFlag, 0);
        headerIndex = (int)await FieldAsync(NutFormat.HeaderFlag, headerIndex);
        for (var left = await FieldAsync(NutFormat.ReservedFlag, reserved); left > 0; left--)
        {
            await NumberAsync(cancellationToken);
        }

        if ((flags & NutFormat.ChecksumFlag) != 0)
        {
            await SkipAsync(4, cancellationToken);
        }

        if (size != picture.Length || (flags & NutFormat.SideDataFlag) != 0)
        {
            throw new InvalidDataException($"a frame of {size} bytes instead of {picture.Length}");
        }

        var header = size > NutFormat.LargestWithHeader ? [] : _headers[headerIndex];
        header.CopyTo(picture, 0);
        await ExactlyAsync(picture.AsMemory(header.Length), cancellationToken);
        _lastTime = time;
        return (long)Math.Round((decimal)time * _timeBase.Above * NutWriter.Clock / _timeBase.Below);
    }

    /// <summary>A time in full, or its lower bits, which mean the time that is nearest to the last one.</summary>
    private long TimeOf(long coded)
    {
        var span = 1L << _timeBits;
        if (coded >= span)
        {
            return coded - span;
        }

        var least = _lastTime - (span / 2) + 1;
        return ((coded - least) & (span - 1)) + least;
    }

    private async Task<long> NumberAsync(CancellationToken cancellationToken)
    {
        var value = 0L;
        byte next;
        do
        {
            next = await ByteAsync(cancellationToken);
            value = (value << 7) | (next & 0x7Fu);
        }
        while ((next & 0x80) != 0);
        return value;
    }

    private async ValueTask<byte> ByteAsync(CancellationToken cancellationToken)
    {
        if (_at == _end)
        {
            (_at, _end) = (0, await stream.ReadAsync(_buffer, cancellationToken));
            if (_end == 0)
            {
                throw new EndOfStreamException();
            }
        }

        return _buffer[_at++];
    }

    private Task SkipAsync(int count, CancellationToken cancellationToken) => ExactlyAsync(new byte[count], cancellationToken);

    private async Task ExactlyAsync(Memory<byte> target, CancellationToken cancellationToken)
    {
        var buffered = Math.Min(target.Length, _end - _at);
        _buffer.AsMemory(_at, buffered).CopyTo(target);
        _at += buffered;
        await stream.ReadExactlyAsync(target[buffered..], cancellationToken);
    }
}

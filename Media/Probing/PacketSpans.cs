using System.Globalization;

namespace ReelBallers.Media;

/// <summary>
/// Adds up the packets that ffprobe prints, one a line:
/// <c>stream_index,pts_time,dts_time,duration_time,flags</c>.
/// </summary>
internal sealed class PacketSpans(bool timestampsJump)
{
    /// <summary>ffmpeg takes a larger step of a broadcast's clock for a new clock, and goes on without a gap.</summary>
    private const double LargestStepSeconds = 10;

    /// <summary>The same for a step back of the times of decoding, which rise within one clock.</summary>
    private const double LargestStepBackSeconds = 0.1;

    private readonly Dictionary<int, Running> _streams = [];

    public IReadOnlyDictionary<int, StreamSpan> Streams => _streams
        .Where(stream => stream.Value.Span.Packets > 0)
        .ToDictionary(
            stream => stream.Key, stream => stream.Value.Span);

    public void Read(string line)
    {
        var fields = line.Split(',');
        if (fields.Length < 5 || !int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            return;
        }

        // An edit list excludes packets that only serve to decode others.
        var isShown = fields[4].Length < 2 || fields[4][1] != 'D';
        var time = ProbeStream.Seconds(fields[1]) ?? ProbeStream.Seconds(fields[2]);
        if (!isShown || time is not { } start)
        {
            return;
        }

        if (!_streams.TryGetValue(index, out var stream))
        {
            _streams.Add(index, stream = new Running(start));
        }

        stream.Add(start, ProbeStream.Seconds(fields[2]), ProbeStream.Seconds(fields[3]) ?? 0, timestampsJump);
    }

    private sealed class Running(double first)
    {
        private double _offset;
        private double _previous = first;
        private bool _isDecodingTime;

        public StreamSpan Span { get; private set; } = new(first, first, first, 0);

        public void Add(double time, double? decoded, double duration, bool timestampsJump)
        {
            var now = decoded ?? time;
            // Times of showing step back within one clock too.
            var back = _isDecodingTime && decoded is not null ? LargestStepBackSeconds : LargestStepSeconds;
            if (timestampsJump && (now - _previous > LargestStepSeconds || _previous - now > back))
            {
                _offset += _previous + duration - now;
            }

            (_previous, _isDecodingTime) = (now, decoded is not null);
            Span = new StreamSpan(
                Math.Min(Span.Start, time + _offset),
                Math.Max(Span.LastStart, time + _offset),
                Math.Max(Span.End, time + _offset + duration),
                Span.Packets + 1);
        }
    }
}

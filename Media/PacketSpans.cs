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

        stream.Add(start, ProbeStream.Seconds(fields[3]) ?? 0, timestampsJump);
    }

    private sealed class Running(double first)
    {
        private double _offset;
        private double _previous = first;

        public StreamSpan Span { get; private set; } = new(first, first, first, 0);

        public void Add(double time, double duration, bool timestampsJump)
        {
            if (timestampsJump && Math.Abs(time - _previous) > LargestStepSeconds)
            {
                _offset += _previous + duration - time;
            }

            _previous = time;
            Span = new StreamSpan(
                Math.Min(Span.Start, time + _offset),
                Math.Max(Span.LastStart, time + _offset),
                Math.Max(Span.End, time + _offset + duration),
                Span.Packets + 1);
        }
    }
}

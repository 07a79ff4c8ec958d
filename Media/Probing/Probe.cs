using System.Text;
using System.Text.Json;

namespace ReelBallers.Media;

/// <summary>Asks ffprobe about one video.</summary>
internal sealed class Probe(string program, string directory, ProbeInput input, ProcessLimits? limits = null)
{
    /// <summary>No playlists or file lists, which would make ffmpeg read other files of this machine.</summary>
    public static readonly string[] ReadFileOnly =
        ["-protocol_whitelist", "file,pipe", "-format_whitelist", "mov,matroska,avi,mpegts,mpeg"];

    // Streams of a broadcast may begin late.
    private static readonly string[] LookFar = ["-analyzeduration", "20M", "-probesize", "50M"];

    private const string Entries = "format=format_name,duration,start_time:format_tags=major_brand:"
        + "stream=index,codec_type,codec_name,codec_tag_string,width,height,pix_fmt,"
        + "sample_aspect_ratio,field_order,color_range,color_space,color_transfer,color_primaries,avg_frame_rate,time_base,start_time,"
        + "duration,nb_frames,channels,channel_layout:stream_disposition=attached_pic,timed_thumbnails:stream_side_data:error";

    private const int MostReportCharacters = 1024 * 1024;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>A file of this machine.</summary>
    public Probe(Ffmpeg ffmpeg, string directory, string file)
        : this(ffmpeg.ProbePath, directory, ProbeInput.OfFile(file))
    {
    }

    /// <returns>Null when it is no video that can be read.</returns>
    public async Task<ProbeReport?> ReadAsync(CancellationToken cancellationToken)
    {
        var answer = await AskAsync(cancellationToken);
        return answer.ExitCode == 0 ? answer.Report : null;
    }

    /// <summary>What ffprobe says, also when it cannot read the video.</summary>
    public async Task<ProbeAnswer> AskAsync(CancellationToken cancellationToken)
    {
        var json = new StringBuilder();
        var (exitCode, errors) = await RunAsync(
            [.. LookFar, "-show_error", "-show_entries", Entries, "-of", "json"],
            // A report beyond the limit is cut off, and then no JSON.
            line => json.Append(line, 0, Math.Min(line.Length, MostReportCharacters - json.Length)),
            cancellationToken);
        return new ProbeAnswer(exitCode, errors, Parse(json.ToString()));
    }

    /// <summary>Reads the whole file without decoding it, and says from when to when each stream has something.</summary>
    public async Task<IReadOnlyDictionary<int, StreamSpan>> MeasureAsync(ProbeReport report, CancellationToken cancellationToken) =>
        (await MeasureAsync(report, null, cancellationToken)).Spans;

    /// <summary>The same for the first seconds only, or for the whole video, with what ffprobe said besides.</summary>
    public async Task<(IReadOnlyDictionary<int, StreamSpan> Spans, ProbeAnswer Answer)> MeasureAsync(
        ProbeReport report, int? firstSeconds, CancellationToken cancellationToken)
    {
        var spans = new PacketSpans(report.HasJumpingTimestamps);
        var (exitCode, errors) = await RunAsync(
            [
                .. LookFar, .. firstSeconds is { } seconds ? ["-read_intervals", $"%+{seconds}"] : Array.Empty<string>(),
                "-show_entries", "packet=stream_index,pts_time,dts_time,duration_time,flags", "-of", "csv=p=0",
            ],
            spans.Read,
            cancellationToken);
        return (spans.Streams, new ProbeAnswer(exitCode, errors, null));
    }

    /// <returns>Whether one of the first frames is marked as interlaced.</returns>
    public async Task<bool> BeginsInterlacedAsync(int stream, CancellationToken cancellationToken)
    {
        var marked = false;
        await RunAsync(
            ["-select_streams", $"{stream}", "-read_intervals", "%+#30", "-show_entries", "frame=interlaced_frame", "-of", "csv=p=0"],
            line => marked |= line.StartsWith('1'),
            cancellationToken);
        return marked;
    }

    private static ProbeReport? Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<ProbeReport>(json, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private Task<(int ExitCode, string Errors)> RunAsync(string[] question, Action<string> onLine, CancellationToken cancellationToken) =>
        ChildProcess.RunAsync(
            program, ["-hide_banner", .. input.Options, .. question, input.Name], directory, onLine, cancellationToken, limits);
}

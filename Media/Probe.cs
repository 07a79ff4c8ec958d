using System.Text.Json;

namespace ReelBallers.Media;

/// <summary>Asks ffprobe about one file. It reads only that file: playlists and other protocols are disabled.</summary>
internal sealed class Probe(Ffmpeg ffmpeg, string directory, string file)
{
    /// <summary>No playlists or file lists, which would make ffmpeg read other files of this machine.</summary>
    public static readonly string[] ReadFileOnly =
        ["-protocol_whitelist", "file,pipe", "-format_whitelist", "mov,matroska,avi,mpegts,mpeg"];

    // Streams of a broadcast may begin late.
    private static readonly string[] LookFar = ["-analyzeduration", "20M", "-probesize", "50M"];

    private const string Entries = "format=format_name,duration,start_time:"
        + "stream=index,codec_type,codec_name,codec_tag_string,width,height,pix_fmt,"
        + "sample_aspect_ratio,field_order,color_range,color_space,color_transfer,color_primaries,avg_frame_rate,start_time,"
        + "duration,nb_frames,channels,channel_layout:stream_disposition=attached_pic,timed_thumbnails:stream_side_data";

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <returns>Null when it is no video that can be read.</returns>
    public async Task<ProbeReport?> ReadAsync(CancellationToken cancellationToken)
    {
        var json = new List<string>();
        var exitCode = await RunAsync([.. LookFar, "-show_entries", Entries, "-of", "json"], json.Add, cancellationToken);
        return exitCode == 0 ? JsonSerializer.Deserialize<ProbeReport>(string.Join('\n', json), Json) : null;
    }

    /// <summary>Reads the whole file without decoding it, and says from when to when each stream has something.</summary>
    public async Task<IReadOnlyDictionary<int, StreamSpan>> MeasureAsync(ProbeReport report, CancellationToken cancellationToken)
    {
        var spans = new PacketSpans(report.HasJumpingTimestamps);
        await RunAsync(
            [.. LookFar, "-show_entries", "packet=stream_index,pts_time,dts_time,duration_time,flags", "-of", "csv=p=0"],
            spans.Read,
            cancellationToken);
        return spans.Streams;
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

    private async Task<int> RunAsync(string[] question, Action<string> onLine, CancellationToken cancellationToken)
    {
        var (exitCode, _) = await ChildProcess.RunAsync(
            ffmpeg.ProbePath, ["-hide_banner", "-v", "error", .. ReadFileOnly, .. question, file], directory, onLine, cancellationToken);
        return exitCode;
    }
}

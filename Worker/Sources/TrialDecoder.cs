namespace ReelBallers.Worker;

/// <summary>Decodes the beginning of a stream: that a codec has a name does not mean that ffmpeg can decode it.</summary>
internal sealed class TrialDecoder(Ffmpeg ffmpeg, string directory, string file)
{
    public async Task<bool> DecodesAsync(ProbeStream stream, CancellationToken cancellationToken)
    {
        var frames = 0;
        string[] arguments =
        [
            "-hide_banner", "-nostdin", "-v", "error", .. Probe.ReadFileOnly, "-i", file,
            "-map", $"0:{stream.Index}", "-frames", "1", "-f", "framecrc", "-",
        ];
        await ChildProcess.RunAsync(
            ffmpeg.Path, arguments, directory, line => frames += line.StartsWith('#') ? 0 : 1, cancellationToken);
        return frames > 0;
    }
}

using System.ComponentModel;
using System.Net.Http.Headers;

namespace ReelBallers.Media;

/// <summary>What looking at one video may cost.</summary>
/// <param name="Time">For all that is read of it.</param>
/// <param name="MemoryBytes">Of ffprobe.</param>
/// <param name="AtOnce">How many videos are looked at at the same time; others wait, as part of their time.</param>
public sealed record RemoteVideoLimits(TimeSpan Time, long MemoryBytes, int AtOnce);

/// <summary>Looks at videos that lie behind a URL: ffprobe reads what it needs of them, within limits.</summary>
public sealed class RemoteVideos(FfprobeFinder finder, RemoteVideoLimits limits) : IDisposable
{
    /// <summary>The end of a recording that has no duration, in which its last cluster should begin.</summary>
    private const int EndBytes = 4 * 1024 * 1024;

    private const int FirstSeconds = 10;

    private static readonly HttpClient Http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    });

    private readonly SemaphoreSlim _slots = new(limits.AtOnce);

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    /// <param name="url">Of an MP4, QuickTime, Matroska or WebM file; signed, and in no message.</param>
    /// <param name="readEnd">Reads so many bytes of the end of the same file.</param>
    /// <param name="cancellationToken">Ends the programs too.</param>
    /// <exception cref="VideoUnreadException">Not found out: no ffprobe, no connection, or out of time.</exception>
    public async Task<VideoReading> ReadAsync(
        Uri url, Func<int, CancellationToken, Task<byte[]>> readEnd, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(limits.Time);
        try
        {
            var ffprobe = await finder.FindAsync(limit.Token);
            await _slots.WaitAsync(limit.Token);
            try
            {
                if (!ffprobe.LimitsRedirects)
                {
                    await RefuseRedirectAsync(url, limit.Token);
                }
                // More processor time than time would only matter with several threads.
                var probe = new Probe(
                    ffprobe.Path, Path.GetTempPath(), await ProbeInput.OfUrlAsync(url, ffprobe, limit.Token),
                    new ProcessLimits(limits.MemoryBytes, limits.Time * 2));
                return await ReadAsync(probe, readEnd, limit.Token);
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new VideoUnreadException($"not within {limits.Time.TotalSeconds:0} s");
        }
        catch (FfmpegException failure)
        {
            throw new VideoUnreadException(failure.Message);
        }
        catch (Win32Exception failure)
        {
            throw new VideoUnreadException($"ffprobe does not start: {failure.Message}");
        }
    }

    // An ffprobe that cannot be told not to follow redirects is not given a URL that redirects.
    private static async Task RefuseRedirectAsync(Uri url, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Range = new RangeHeaderValue(0, 0) } };
        try
        {
            using var answer = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if ((int)answer.StatusCode is >= 300 and < 400)
            {
                throw new VideoUnreadException($"HTTP {(int)answer.StatusCode}");
            }
        }
        catch (HttpRequestException)
        {
            // ffprobe meets the same, and says what it is.
        }
    }

    private static async Task<VideoReading> ReadAsync(
        Probe probe, Func<int, CancellationToken, Task<byte[]>> readEnd, CancellationToken cancellationToken)
    {
        var answer = Checked(await probe.AskAsync(cancellationToken));
        if (answer is not { ExitCode: 0, Report: { Streams.Count: > 0 } report })
        {
            return new VideoReading.NotAVideo(
                answer.Errors.Contains("moov atom not found", StringComparison.Ordinal)
                    ? "it was cut off, and the part that is missing holds its index (moov)"
                    : "it cannot be read as one");
        }

        var (video, problem) = VideoChoice.Of(report);
        if (video is null)
        {
            return new VideoReading.NotAVideo(problem!);
        }

        var audio = VideoChoice.AudioOf(report);
        var span = VideoLength.Said(report, video, audio) ?? await EndAsync(report, video, readEnd, cancellationToken);
        FrameRate? counted = null;
        if (span is null)
        {
            var (spans, measured) = await probe.MeasureAsync(report, null, cancellationToken);
            Checked(measured);
            span = VideoLength.Measured(report, spans, video, audio);
            counted = spans.TryGetValue(video.Index, out var frames) ? FrameRate.Of(video, frames) : null;
        }
        else if (!FrameRate.IsSaid(video))
        {
            // The clock of a recording in milliseconds can be read as a thousand frames a second.
            var (spans, measured) = await probe.MeasureAsync(report, FirstSeconds, cancellationToken);
            Checked(measured);
            counted = spans.TryGetValue(video.Index, out var frames) ? FrameRate.Of(video, frames) : null;
        }

        return span is { } seconds
            ? new VideoReading.Video(VideoChoice.Facts(report, video, audio, seconds, counted ?? FrameRate.Said(video)))
            : new VideoReading.NotAVideo("its video has no frames");
    }

    private static async Task<double?> EndAsync(
        ProbeReport report, ProbeStream video, Func<int, CancellationToken, Task<byte[]>> readEnd, CancellationToken cancellationToken) =>
        report.Format.IsMatroska && ProbeStream.Ratio(video.TimeBase) is { } clock
            && MatroskaEnd.LastTimestamp(await readEnd(EndBytes, cancellationToken)) is { } last
            ? (last * clock.Above / clock.Below) + FrameRate.Said(video).FrameSeconds - report.Format.StartSeconds
            : null;

    private static ProbeAnswer Checked(ProbeAnswer answer) =>
        ProbeVerdict.Outage(answer) is { } reason ? throw new VideoUnreadException(reason) : answer;
}

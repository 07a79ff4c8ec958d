namespace ReelBallers.Jobs.Tests;

public class ProviderFaultsTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("the worker failed: IOException")]
    [InlineData("the worker exited while it ran the job")]
    [InlineData("The worker has run out of GPU memory")]
    [InlineData("the ffmpeg of this machine cannot write H.264 (it is built without libx264)")]
    [InlineData("CUDA out of memory. Tried to allocate 2.00 GiB (GPU 0; 23.65 GiB total capacity)")]
    [InlineData("{\"error_type\": \"<class 'torch.cuda.OutOfMemoryError'>\", \"error_message\": \"no\"}")]
    [InlineData("CUDA error: device-side assert triggered")]
    [InlineData("CUDNN_STATUS_NOT_INITIALIZED")]
    [InlineData("[Errno 28] No space left on device")]
    [InlineData("container exited with code 137")]
    [InlineData("worker exited")]
    public void Another_run_may_succeed_after(string? error) => Assert.True(ProviderFaults.Explain(error));

    [Theory]
    [InlineData("the source is not a video")]
    [InlineData("the source was replaced after it was uploaded")]
    [InlineData("input.track.time is after the end of the source")]
    [InlineData("a text layer cannot be drawn: the fonts do not have U+12345")]
    [InlineData("the video could not be processed: it is damaged, or in a format that is not supported")]
    [InlineData("the zoom is out of range, and the room is too small")]
    [InlineData("ffmpeg: exit code 1")]
    public void Another_run_would_fail_too_after(string error) => Assert.False(ProviderFaults.Explain(error));
}

using System.Security.Cryptography;
using System.Text.Json;

namespace ReelBallers.Worker.Tests;

public sealed class ManifestTests : IAsyncLifetime
{
    private WorkerRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await WorkerRig.StartAsync();

    public async ValueTask DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task The_manifest_beside_the_result_says_what_it_is()
    {
        await using var rig = await WorkerRig.StartAsync(new WorkerOptions { StandInForModels = true });
        var file = await rig.ResultOfAsync(rig.Input(
            new { manifest_url = rig.Place.Url("/manifest.json?signature=secret"), upscale_model = "HAT-L" }));
        var manifest = JsonDocument.Parse(rig.Place.Files["/manifest.json"]).RootElement;
        Assert.Equal("u/output/j.mp4", manifest.GetProperty("output_key").GetString());
        Assert.Equal(file.Length, manifest.GetProperty("size_bytes").GetInt64());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file)), manifest.GetProperty("sha256").GetString());
        Assert.Equal("video/mp4", manifest.GetProperty("content_type").GetString());
        Assert.Equal(2, manifest.GetProperty("duration_s").GetDouble(), 0.1);
        Assert.Equal((1280, 720), (manifest.GetProperty("width").GetInt32(), manifest.GetProperty("height").GetInt32()));
        Assert.Equal(25, manifest.GetProperty("frame_rate").GetDouble());
        Assert.True(manifest.GetProperty("has_audio").GetBoolean());
        Assert.Equal("HAT-L", manifest.GetProperty("upscale_model").GetString());
        Assert.Equal("lanczos", manifest.GetProperty("upscaled_by").GetString());
        Assert.InRange(manifest.GetProperty("processing_s").GetDouble(), 0.001, 600);
        Assert.False(manifest.TryGetProperty("interpolated_by", out _));
        Assert.Equal(manifest.GetRawText(), rig.Result!.ToJson().GetRawText());
        Assert.Equal(["video/mp4", "application/json"], rig.Place.Puts.Select(put => put.ContentType));
    }

    [Fact]
    public async Task A_result_that_could_not_be_uploaded_has_no_manifest()
    {
        _rig.Place.Refusals["/out.mp4"] = new([403]);
        await _rig.ErrorOfAsync(_rig.Input(new { manifest_url = _rig.Place.Url("/manifest.json") }));
        Assert.Empty(_rig.Place.Puts);
    }

    [Fact]
    public async Task What_is_there_already_counts_as_delivered()
    {
        _rig.Place.Refusals["/out.mp4"] = new([500, 412]);
        _rig.Place.Refusals["/manifest.json"] = new([412]);
        await _rig.RunAsync(
            _rig.Input(new { manifest_url = _rig.Place.Url("/manifest.json") }), _ => { }, TestContext.Current.CancellationToken);
        Assert.Equal("u/output/j.mp4", _rig.Result!.OutputKey);
        Assert.All(_rig.Place.Refusals.Values, Assert.Empty);
        Assert.Empty(_rig.Place.Puts);
    }

    [Fact]
    public async Task A_manifest_that_could_not_be_uploaded_fails_the_job()
    {
        _rig.Place.Refusals["/manifest.json"] = new([403]);
        Assert.Equal(
            "manifest_url answered 403: the URL has expired or is not signed for this",
            await _rig.ErrorOfAsync(_rig.Input(new { manifest_url = _rig.Place.Url("/manifest.json") })));
    }

    [Fact]
    public async Task A_source_that_was_replaced_after_its_upload_is_refused()
    {
        var etag = Convert.ToHexStringLower(SHA256.HashData(_rig.Place.Files["/in.mp4"]));
        await _rig.ResultOfAsync(_rig.Input(new { source_etag = $"\"{etag}\"" }));
        _rig.Place.Puts.Clear();
        Assert.Equal("the source was replaced after it was uploaded", await _rig.ErrorOfAsync(_rig.Input(new { source_etag = "other" })));
        Assert.Empty(_rig.Place.Puts);
    }
}

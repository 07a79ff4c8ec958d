using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace ReelBallers.Jobs.Tests;

public class ValidationTests(JobsStack stack) : IClassFixture<JobsStack>
{
    private const string Layer = """{"type":"box","x":0,"y":0,"width":10,"height":10}""";

    [Theory]
    [InlineData("duration_s", "0")]
    [InlineData("duration_s", "-1")]
    [InlineData("duration_s", "7200.5")]
    [InlineData("duration_s", "1e999")]
    [InlineData("duration_s", "1e300")]
    [InlineData("duration_s", "\"30\"")]
    [InlineData("source_key", "\"\"")]
    [InlineData("source_key", "7")]
    [InlineData("source_key", "\"a b\"")]
    [InlineData("source_key", "\"a\\u0000\"")]
    [InlineData("source_key", null)]
    [InlineData("target_resolution", "\"4k\"")]
    [InlineData("target_resolution", "1080")]
    [InlineData("crop_keyframes", "{}")]
    [InlineData("crop_keyframes", "[null]")]
    [InlineData("crop_keyframes", "[{}]")]
    [InlineData("crop_keyframes", """[{"time":-1,"x":0,"y":0,"width":100,"height":100}]""")]
    [InlineData("crop_keyframes", """[{"time":0,"x":-1,"y":0,"width":100,"height":100}]""")]
    [InlineData("crop_keyframes", """[{"time":0,"x":0,"y":0,"width":0,"height":100}]""")]
    [InlineData("crop_keyframes", """[{"time":0,"x":0,"y":0,"width":100,"height":16385}]""")]
    [InlineData("crop_keyframes", """[{"time":0,"x":0,"y":0,"width":100,"height":1e999}]""")]
    [InlineData("crop_keyframes", """[{"time":1,"x":0,"y":0,"width":100,"height":100},{"time":1,"x":0,"y":0,"width":100,"height":100}]""")]
    // The picture has 1920x1080 pixels.
    [InlineData("crop_keyframes", """[{"time":0,"x":1000,"y":0,"width":922,"height":100}]""")]
    [InlineData("crop_keyframes", """[{"time":0,"x":0,"y":1000,"width":100,"height":82}]""")]
    [InlineData("track", """{"time":0,"x":0,"y":0,"width":100,"height":100}""")]
    [InlineData("overlay_layers", $"[{Layer}]")]
    [InlineData("upscale_model", "\"real-esrgan\"")]
    public Task A_framing_job_with_an_invalid_field_is_rejected(string field, string? value) => RejectedAsync("framing", field, value);

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"time":-1,"x":0,"y":0,"width":100,"height":100}""")]
    [InlineData("""{"time":0,"x":0,"y":0,"width":7,"height":100}""")]
    [InlineData("""{"time":0,"x":0,"y":0,"width":100}""")]
    [InlineData("""{"time":0,"x":1e999,"y":0,"width":100,"height":100}""")]
    [InlineData("""{"time":0,"x":1900,"y":0,"width":22,"height":100}""")]
    [InlineData("""{"time":0,"x":0,"y":1000,"width":100,"height":82}""")]
    [InlineData("""{"time":30,"x":0,"y":0,"width":100,"height":100}""")]
    public Task A_track_job_with_an_invalid_box_is_rejected(string track) => RejectedAsync("track", "track", track);

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""[{"type":"circle","x":0,"y":0}]""")]
    [InlineData("""[{"type":"box","x":0,"y":0}]""")]
    [InlineData("""[{"type":"box","x":0,"y":0,"width":0,"height":10}]""")]
    [InlineData("""[{"type":"text","x":0,"y":0}]""")]
    [InlineData("""[{"type":"text","x":0,"y":0,"text":""}]""")]
    [InlineData("""[{"type":"text","x":0,"y":0,"text":"a\u0000"}]""")]
    [InlineData("""[{"type":"text","x":0,"y":0,"text":"a","color":"url(x)"}]""")]
    [InlineData("""[{"type":"text","x":0,"y":0,"text":"a","opacity":1.1}]""")]
    [InlineData("""[{"type":"text","x":0,"y":0,"text":"a","font_size":0}]""")]
    [InlineData("""[{"type":"text","x":0,"y":0,"text":"a","start_s":5,"end_s":5}]""")]
    [InlineData("""[{"type":"text","x":3840,"y":0,"text":"a"}]""")]
    [InlineData("""[{"type":"box","x":0,"y":2160,"width":10,"height":10}]""")]
    public Task An_overlay_job_with_invalid_layers_is_rejected(string layers) => RejectedAsync("overlay", "overlay_layers", layers);

    [Fact]
    public async Task A_text_that_no_font_of_the_worker_covers_is_rejected_with_its_characters()
    {
        var user = await stack.UserAsync();
        using var rejected = await QuoteTextAsync(user, "go 𒀀\uE000\uE000");
        Assert.Equal(HttpStatusCode.BadRequest, rejected.StatusCode);
        var errors = (await rejected.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors");
        Assert.Equal(
            "has characters that cannot be drawn: 𒀀 (U+12000), U+E000",
            errors.GetProperty("params.overlay_layers[0].text")[0].GetString());
        using var covered = await QuoteTextAsync(user, "篮球高光 🏀 한국어 ไทย שלום مرحبا e\u0301 👨‍👩‍👧\n");
        Assert.Equal(HttpStatusCode.OK, covered.StatusCode);
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"Real\"")]
    [InlineData("\"a b\"")]
    [InlineData("\"../../etc\\u0000\"")]
    [InlineData("\"real-esrgan2\"")]
    [InlineData("5")]
    public Task An_upscale_job_with_an_invalid_model_is_rejected(string model) => RejectedAsync("upscale", "upscale_model", model);

    [Theory]
    [InlineData("9.99", "must be 10 to 120 frames a second")]
    [InlineData("120.01", "must be 10 to 120 frames a second")]
    [InlineData("1e300", "must be 10 to 120 frames a second")]
    [InlineData("-30", "must be 10 to 120 frames a second")]
    [InlineData("\"60\"", null)]
    [InlineData("1e999", null)]
    public Task A_frame_rate_out_of_range_is_rejected(string rate, string? error) => FrameRateIsRejectedAsync("\"RIFE\"", rate, error);

    [Theory]
    [InlineData("null")]
    [InlineData("\"HAT-L\"")]
    public Task A_frame_rate_without_a_model_that_adds_frames_is_rejected(string model) =>
        FrameRateIsRejectedAsync(model, "60", "needs an upscale_model that adds frames: RIFE");

    [Fact]
    public async Task Too_many_keyframes_layers_or_characters_are_rejected()
    {
        var keyframes = string.Join(
            ",", Enumerable.Range(0, 501).Select(i => $$"""{"time":{{i}},"x":0,"y":0,"width":100,"height":100}"""));
        await RejectedAsync("framing", "crop_keyframes", $"[{keyframes}]");
        await RejectedAsync("overlay", "overlay_layers", $"[{string.Join(",", Enumerable.Repeat(Layer, 21))}]");
        await RejectedAsync("overlay", "overlay_layers", $$"""[{"type":"text","x":0,"y":0,"text":"{{new string('a', 501)}}"}]""");
        await RejectedAsync("framing", "source_key", $"\"{new string('a', 513)}\"");
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"project_id":"p","type":"framing"}""")]
    [InlineData("""{"project_id":"p","type":"framing","params":null}""")]
    [InlineData("""{"project_id":"p","type":"framing","params":[]}""")]
    [InlineData("""{"project_id":"p","type":"dance","params":{"source_key":"KEY","duration_s":30}}""")]
    [InlineData("""{"project_id":"p","type":0,"params":{"source_key":"KEY","duration_s":30}}""")]
    [InlineData("""{"project_id":"","type":"framing","params":{"source_key":"KEY","duration_s":30}}""")]
    [InlineData("""{"project_id":"a\u0000b","type":"framing","params":{"source_key":"KEY","duration_s":30}}""")]
    [InlineData("""{"project_id":"p","type":"framing","params":{"source_key":"KEY","duration_s":30},"cost_cents":"5"}""")]
    [InlineData("""{"project_id":"p","type":"framing","params":{"source_key":"KEY","duration_s":30},"cost_cents":5.5}""")]
    [InlineData("""{"project_id":"p","type":"framing","params":{"source_key":"KEY","duration_s":30},"cost_cents":-5}""")]
    [InlineData(
        """{"project_id":"p","type":"framing","params":{"source_key":"KEY","duration_s":30},"cost_cents":99999999999999999999}""")]
    public async Task A_malformed_body_is_rejected_and_no_money_moves(string json)
    {
        var user = await stack.UserAsync();
        using var response = await user.PostTextAsync("/api/jobs", json.Replace("KEY", user.SourceKey, StringComparison.Ordinal));
        await IsRejectedAsync(user, response, json);
    }

    [Fact]
    public async Task A_huge_body_is_413_and_another_media_type_415()
    {
        var user = await stack.UserAsync();
        using var huge = await user.PostTextAsync("/api/jobs", $$"""{"project_id":"{{new string('a', 300_000)}}"}""");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, huge.StatusCode);
        using var form = new StringContent("a=b", Encoding.UTF8, "application/x-www-form-urlencoded");
        using var wrong = await user.Client.PostAsync("/api/jobs", form);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, wrong.StatusCode);
        Assert.Equal((100, 0), await user.BalanceAsync());
    }

    private static Task<HttpResponseMessage> QuoteTextAsync(JobUser user, string text) => user.PostAsync("/api/jobs/quote", new
    {
        type = "overlay",
        @params = new
        {
            source_key = user.SourceKey,
            duration_s = 30,
            target_resolution = "720p",
            overlay_layers = new[] { new { type = "text", x = 0, y = 0, text } },
        },
    });

    private async Task FrameRateIsRejectedAsync(string model, string rate, string? error)
    {
        var user = await stack.UserAsync();
        var work = $$"""
            "source_key":"{{user.SourceKey}}","target_resolution":"720p","upscale_model":{{model}},"target_fps":{{rate}}
            """;
        foreach (var (path, json, field) in new[]
        {
            ("/api/export", $$"""{ {{work}} }""", "target_fps"),
            ("/api/jobs", $$"""{"project_id":"p","type":"upscale","params":{ {{work}} } }""", "params.target_fps"),
            ("/api/jobs/quote", $$"""{"type":"upscale","params":{ {{work}} } }""", "params.target_fps"),
        })
        {
            using var response = await user.PostTextAsync(path, json);
            var errors = await IsRejectedAsync(user, response, json);
            Assert.Equal(error ?? errors.GetProperty(field)[0].GetString(), errors.GetProperty(field)[0].GetString());
            Assert.Single(errors.EnumerateObject());
        }
    }

    private async Task RejectedAsync(string type, string field, string? value)
    {
        var user = await stack.UserAsync();
        var fields = new Dictionary<string, string> { ["source_key"] = $"\"{user.SourceKey}\"", ["duration_s"] = "30" };
        if (value is null)
        {
            fields.Remove(field);
        }
        else
        {
            fields[field] = value;
        }
        var parameters = string.Join(",", fields.Select(pair => $"\"{pair.Key}\":{pair.Value}"));
        foreach (var path in new[] { "/api/jobs", "/api/jobs/quote" })
        {
            using var response = await user.PostTextAsync(path, $$"""{"project_id":"p","type":"{{type}}","params":{ {{parameters}} } }""");
            await IsRejectedAsync(user, response, $"{path} {field}={value}");
        }
    }

    private static async Task<JsonElement> IsRejectedAsync(JobUser user, HttpResponseMessage response, string what)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"{what}: {(int)response.StatusCode} {text}");
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal("invalid_request", problem.GetProperty("code").GetString());
        Assert.NotEmpty(problem.GetProperty("errors").EnumerateObject());
        Assert.Equal((100, 0), await user.BalanceAsync());
        Assert.Equal(0, (await user.Client.GetFromJsonAsync<JsonElement>("/api/jobs")).GetProperty("jobs").GetArrayLength());
        return problem.GetProperty("errors");
    }
}

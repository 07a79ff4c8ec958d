using System.Text;
using System.Text.Json;
using Grpc.Core;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Storage.Tests;

/// <summary>Every invalid field of a body is reported, all at once; no input is answered with 500.</summary>
public sealed class RequestFieldTests(StorageFixture storage) : IClassFixture<StorageFixture>
{
    private readonly Guid _user = Guid.NewGuid();

    [Theory]
    [InlineData("{}", "content_type filename size_bytes")]
    [InlineData("""{"filename":null,"content_type":"","size_bytes":0}""", "content_type filename size_bytes")]
    [InlineData("""{"filename":"a\u0000b","content_type":"video/mp4","size_bytes":5}""", "filename")]
    [InlineData("""{"filename":"a\ud800","content_type":"video/mp4","size_bytes":5}""", "filename")]
    [InlineData("""{"filename":"a","content_type":"video/mp4\udfff","size_bytes":5}""", "content_type")]
    [InlineData("""{"filename":"a","content_type":"video/mp4","size_bytes":1e400}""", "size_bytes")]
    [InlineData("""{"filename":"a","content_type":"video/mp4","size_bytes":DIGITS}""", "size_bytes")]
    [InlineData("""{"filename":["a"],"content_type":"video/mp4","size_bytes":5}""", "filename")]
    [InlineData("[]", "body")]
    public Task An_upload_is_rejected_for_these_fields(string json, string fields) => RejectedAsync("/api/uploads", json, fields);

    [Theory]
    [InlineData("{}", "key")]
    [InlineData("""{"key":7}""", "key")]
    [InlineData("""{"key":"k\ud800"}""", "key")]
    [InlineData("""{"key":"k","upload_id":"\ud800"}""", "upload_id")]
    [InlineData("""{"key":"k","parts":{}}""", "parts")]
    [InlineData("""{"key":"k","parts":[null,{}]}""", "parts[0] parts[1].etag parts[1].part_number")]
    [InlineData(
        """{"parts":[{"part_number":0,"etag":"abc"},{"part_number":10001,"etag":"xyz"}]}""",
        "key parts[0].part_number parts[1].etag parts[1].part_number")]
    [InlineData("""{"key":"k","parts":[{"part_number":1e400,"etag":"abc"}]}""", "parts[0].part_number")]
    [InlineData("""{"key":"k","parts":[{"part_number":1,"etag":"\ud800"}]}""", "parts[0].etag")]
    [InlineData("""{"key":"k","parts":[5]}""", "parts[0]")]
    public Task A_completion_is_rejected_for_these_fields(string json, string fields) =>
        RejectedAsync("/api/uploads/complete", json, fields);

    [Fact]
    public async Task A_long_list_of_invalid_parts_has_a_response_of_bounded_size()
    {
        foreach (var count in new[] { 10_000, 10_001, 100_000 })
        {
            var parts = string.Join(',', Enumerable.Repeat("{}", count));
            using var response = await PostAsync("/api/uploads/complete", $$"""{"key":"k","parts":[{{parts}}]}""");
            Assert.Equal(400, (int)response.StatusCode);
            Assert.InRange((await response.Content.ReadAsByteArrayAsync()).Length, 100, 20_000);
        }
    }

    [Theory]
    [InlineData("\0")]
    [InlineData("a\0b")]
    [InlineData("😀")]
    [InlineData("' or 1=1 --")]
    [InlineData(" USER/input/UPLOAD.mp4")]
    [InlineData("USER/input/UPLOAD.mp4\0")]
    [InlineData("USER/input/ UPLOAD .mp4")]
    [InlineData("USER/input/UPLOAD.m\0p4")]
    public async Task No_text_of_a_key_is_answered_with_500(string key)
    {
        key = key.Replace("USER", _user.ToString(), StringComparison.Ordinal)
            .Replace("UPLOAD", Guid.NewGuid().ToString(), StringComparison.Ordinal);
        using var response = await PostAsync("/api/uploads/complete", JsonSerializer.Serialize(new { key }));
        Assert.True((int)response.StatusCode is 400 or 404, await response.Content.ReadAsStringAsync());

        var rpc = storage.Rpc();
        var (user, job) = (_user.ToString(), Guid.NewGuid().ToString());
        Assert.Equal("upload_not_found", await CodeAsync(rpc.GetUploadAsync(new V1.GetUploadRequest { UserId = user, Key = key })));
        Assert.Equal("upload_not_found", await CodeAsync(rpc.SignWorkAsync(
            new V1.SignWorkRequest { UserId = user, SourceKey = key, JobId = job, LifetimeSeconds = 60, Run = 1 })));
        Assert.Equal("output_not_found", await CodeAsync(rpc.SignDownloadAsync(
            new V1.SignDownloadRequest { UserId = user, OutputKey = key, Filename = key })));
        Assert.Equal("invalid_argument", await CodeAsync(rpc.GetUploadAsync(new V1.GetUploadRequest { UserId = key, Key = key })));
        Assert.Equal("invalid_argument", await CodeAsync(rpc.ReadOutputAsync(new V1.ReadOutputRequest { UserId = user, JobId = key })));
    }

    private static async Task<string?> CodeAsync<T>(AsyncUnaryCall<T> call) =>
        (await Assert.ThrowsAsync<RpcException>(async () => await call)).ErrorCode();

    private async Task<HttpResponseMessage> PostAsync(string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        return await storage.Client(_user).PostAsync(path, content);
    }

    private async Task RejectedAsync(string path, string json, string fields)
    {
        using var response = await PostAsync(path, json.Replace("DIGITS", new string('9', 400), StringComparison.Ordinal));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == 400, $"{(int)response.StatusCode} {text}");
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal("invalid_request", problem.GetProperty("code").GetString());
        var names = problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order(StringComparer.Ordinal);
        Assert.Equal(fields, string.Join(' ', names));
    }
}

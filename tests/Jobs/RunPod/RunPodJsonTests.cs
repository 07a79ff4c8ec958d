using System.Text.Json;
using System.Text.RegularExpressions;

namespace ReelBallers.Jobs.Tests;

public partial class RunPodJsonTests
{
    [Theory]
    [InlineData("""{"status":"IN_QUEUE"}""", "Waiting { }")]
    [InlineData("""{"status":"SOMETHING_NEW"}""", "Waiting { }")]
    [InlineData("""{}""", "Waiting { }")]
    [InlineData("""[]""", "Waiting { }")]
    [InlineData("""{"status":"IN_PROGRESS"}""", "Running { Progress =  }")]
    [InlineData("""{"status":"IN_PROGRESS","output":{"progress":41.9}}""", "Running { Progress = 41 }")]
    [InlineData("""{"status":"IN_PROGRESS","output":{"progress":1e999}}""", "Running { Progress =  }")]
    [InlineData("""{"status":"IN_PROGRESS","output":{"progress":-3}}""", "Running { Progress = 0 }")]
    [InlineData("""{"status":"IN_PROGRESS","output":{"progress":"half"}}""", "Running { Progress =  }")]
    [InlineData("""{"status":"IN_PROGRESS","output":"half"}""", "Running { Progress =  }")]
    [InlineData("""{"status":"COMPLETED","output":{}}""", "Completed { }")]
    [InlineData("""{"status":"CANCELLED"}""", "Cancelled { }")]
    [InlineData("""{"status":"TIMED_OUT"}""", "TimedOut { }")]
    [InlineData("""{"status":"FAILED"}""", "Failed { Reason = The worker failed., IsProviderFault = True }")]
    [InlineData("""{"status":"FAILED","error":"no audio"}""", "Failed { Reason = no audio, IsProviderFault = False }")]
    [InlineData("""{"status":"FAILED","error":"\ud800"}""", "Failed { Reason = The worker failed., IsProviderFault = True }")]
    [InlineData(
        """{"status":"FAILED","error":"{\"error_message\":\"boom\",\"error_traceback\":\"secret\"}"}""",
        "Failed { Reason = boom, IsProviderFault = False }")]
    [InlineData(
        """{"status":"FAILED","error":"GET https://r2/x?X-Amz-Signature=abc failed\u0000"}""",
        "Failed { Reason = GET (url) failed, IsProviderFault = False }")]
    [InlineData("""{"\ud800":1,"st\ud800":1,"status":"IN_QUEUE"}""", "Waiting { }")]
    [InlineData("""{"status":"IN_PROGRESS","output":{"progr\ud800":1,"\ud800":2}}""", "Running { Progress =  }")]
    public void A_status_object_is_read_whatever_it_contains(string json, string expected) =>
        Assert.Equal(expected, UsagePart().Replace(RunPodJson.Status(JsonDocument.Parse(json).RootElement).ToString(), ""));

    [Fact]
    public void A_long_reason_is_truncated_between_two_characters()
    {
        var error = JsonSerializer.Serialize(new string('a', 299) + "😀");
        var failed = (RunPodStatus.Failed)RunPodJson.Status(JsonDocument.Parse($$"""{"status":"FAILED","error":{{error}}}""").RootElement);
        Assert.Equal(new string('a', 299), failed.Reason);
    }

    // The usage is read separately, and whether it is final follows from the case.
    [GeneratedRegex(@"(Usage = RunPodUsage \{.*?\}|IsFinal = \w+)(, )? ?")]
    private static partial Regex UsagePart();
}

"""What a refusal on the command line looks like."""


def refused(result, *words):
    """Status 2, nothing on standard output, and one line that holds the words."""
    status, out, err = result
    assert status == 2, err
    assert out == ""
    assert err.count("\n") == 1, err
    assert "Traceback" not in err
    for word in words:
        assert str(word) in err, err

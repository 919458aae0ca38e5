"""What other libraries hold, as what NumPy reads; test_entrances tries them at every entrance."""

import numpy as np

from infoplane.inputs.arrays import as_array


def test_a_mask_that_masks_nothing_is_no_mask():
    values = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert np.array_equal(as_array(np.ma.masked_array(values), "t"), values)
    assert np.array_equal(as_array(np.ma.masked_array(values, np.zeros((2, 2))), "t"), values)
    assert type(as_array(np.ma.masked_array(values), "t")) is np.ndarray

"""Data whose truth is known, and images with labels; one family a module.

    problems     every problem and every set of points below by name, with its options
    known        what they have in common: draw(n, generator), and the truth with its error
    gaussian     two Gaussian vectors: I(X; Z) in closed form
    mixture      classes of Gaussian mixtures in the plane: I(X; Z) by quadrature
    decisions    noisy binary decisions about points of the plane: I(X; Y) by quadrature
    tishby       the 4096 patterns of Tishby and Shwartz-Ziv: I(X; Y) by a sum
    fractals     cubes, spheres, the Hénon attractor, Cantor sets: dimension, some entropies
    manifolds    points of k numbers in a wider space, images too: dimension and entropy
    images       the maps from k numbers to images, and their volume elements
    vision       digits, MNIST, Fashion-MNIST: nobody knows their information
    pets         cats and dogs, as files: nobody knows theirs, either

Importing any of them takes no longer than importing NumPy.
"""

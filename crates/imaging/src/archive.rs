//! Reading a ZIP answer's two entries without believing what it declares.
